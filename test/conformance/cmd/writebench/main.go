// Command writebench measures how fast the official SDK's own store writes a made-up tenant, and prints one JSON line.
//
//	writebench --engine sqlite|pebble --users N --groups N --memberships N --out DIR [--third]
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/conductorone/baton-sdk/pkg/dotc1z/c1zstore"
)

type options struct {
	engine      string
	tenant      tenant
	batch       int
	out         string
	third, keep bool
}

func main() {
	var o options
	flag.StringVar(&o.engine, "engine", "sqlite", "storage engine: sqlite or pebble")
	flag.IntVar(&o.tenant.users, "users", 1000, "number of users")
	flag.IntVar(&o.tenant.groups, "groups", 100, "number of groups")
	flag.IntVar(&o.tenant.memberships, "memberships", 10, "groups drawn per user; equal draws count once")
	flag.IntVar(&o.batch, "batch", 10_000, "rows per call of the store")
	flag.StringVar(&o.out, "out", "", "directory for the file bench-<engine>.c1z")
	flag.BoolVar(&o.third, "third", false, "write two syncs into the file first and measure the third")
	flag.BoolVar(&o.keep, "keep", false, "add a sync to an existing file instead of starting a new one")
	flag.Parse()
	result, err := run(context.Background(), o)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "writebench: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (*Result, error) {
	if o.engine != string(c1zstore.EngineSQLite) && o.engine != string(c1zstore.EnginePebble) {
		return nil, fmt.Errorf("there is no engine %q: use sqlite or pebble", o.engine)
	}
	if o.out == "" || o.tenant.users < 1 || o.tenant.groups < 1 || o.batch < 1 {
		return nil, fmt.Errorf("--out is required; --users, --groups and --batch must be at least 1")
	}
	file := filepath.Join(o.out, "bench-"+o.engine+".c1z")
	if !o.keep {
		if err := os.RemoveAll(file); err != nil {
			return nil, err
		}
	}
	if o.third {
		for range 2 {
			if err := writeInChild(ctx, o); err != nil {
				return nil, err
			}
		}
	}
	return measure(o, file, func() (int, error) { return write(ctx, o, file) })
}

// writeInChild writes a sync in a process of its own, so that its memory and CPU are not counted here.
func writeInChild(ctx context.Context, o options) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.CommandContext(ctx, self, "--keep", "--engine", o.engine, "--out", o.out,
		"--users", strconv.Itoa(o.tenant.users), "--groups", strconv.Itoa(o.tenant.groups),
		"--memberships", strconv.Itoa(o.tenant.memberships), "--batch", strconv.Itoa(o.batch))
	child.Stderr = os.Stderr
	return child.Run()
}

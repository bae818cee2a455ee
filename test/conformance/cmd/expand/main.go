// Command expand adds the grants that follow from others to the latest full sync of a snapshot, as the official syncer does at
// the end of a sync, and prints one JSON line.
//
//	expand --file sync.c1z
//
// The engine is that of the file: SQLite for v1, Pebble for v3 (`baton to-pebble` makes one of the other). The file is changed:
// the process opens it, expands, checks what the syncer checks before it seals a sync, and packs it again. The exit code is 1
// with the reason on stderr where the SDK refuses anything.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	"github.com/conductorone/baton-sdk/pkg/sdk"
	"github.com/conductorone/baton-sdk/pkg/sync"
)

// Outcome is the line printed.
type Outcome struct {
	Engine string `json:"engine"`
	SyncID string `json:"syncId"`
}

func main() {
	file := flag.String("file", "", "snapshot to expand; it is changed")
	flag.Parse()
	outcome, err := expand(context.Background(), *file)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(outcome)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "expand: %v\n", err)
		os.Exit(1)
	}
}

func expand(ctx context.Context, file string) (*Outcome, error) {
	dir, err := os.MkdirTemp("", "expand-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	// Without this look an absent file would be made, and found empty.
	if _, err := os.Stat(file); err != nil {
		return nil, err
	}
	store, err := dotc1z.NewStore(ctx, file, dotc1z.WithTmpDir(dir))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	latest, err := store.SyncMeta().LatestFullSync(ctx)
	if err == nil && latest == nil {
		err = errors.New("it holds no finished full sync")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", file, err), store.Close(ctx))
	}
	out := &Outcome{Engine: store.Metadata().Engine, SyncID: latest.ID}
	// Expansion asks the connector for nothing.
	connector, err := sdk.NewEmptyConnector()
	if err != nil {
		return nil, errors.Join(err, store.Close(ctx))
	}
	syncer, err := sync.NewSyncer(ctx, connector, sync.WithConnectorStore(store), sync.WithTmpDir(dir),
		sync.WithSyncID(latest.ID), sync.WithOnlyExpandGrants())
	if err != nil {
		return nil, errors.Join(err, store.Close(ctx))
	}
	if err := errors.Join(syncer.Sync(ctx), syncer.Close(ctx)); err != nil {
		return nil, fmt.Errorf("expand %s: %w", file, err)
	}
	return out, nil
}

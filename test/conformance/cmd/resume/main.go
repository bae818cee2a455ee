// Command resume lets the official Go syncer go on with whatever unfinished sync a snapshot holds, over a toy
// connector, and prints what came of it as one JSON document.
//
//	resume --file unfinished.c1z
//
// The file is changed. The exit code is 1 with the reason on stderr where the SDK refuses or its sync fails.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	"github.com/conductorone/baton-sdk/pkg/dotc1z/c1zstore"
	"github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/twingate/baton-twingate/test/conformance/internal/rows"
	"github.com/twingate/baton-twingate/test/conformance/internal/toy"
)

// Outcome is the document printed.
type Outcome struct {
	Before []rows.Sync `json:"before"`
	After  []rows.Sync `json:"after"`
	// FinishedSyncID is the sync the syncer sealed.
	FinishedSyncID string `json:"finishedSyncId"`
	// SameSync says that the sync sealed had stood in the file unfinished.
	SameSync bool `json:"sameSync"`
	// SealedPart says that a row of the connector is absent from the sealed sync, or differs there.
	SealedPart bool `json:"sealedPart"`
	// Difference of the sealed sync against a sync of the same connector into a new file: extra rows are stale ones
	// of the interrupted collection.
	Difference rows.Difference `json:"difference"`
	Rows       *rows.Rows      `json:"rows"`
}

func main() {
	file := flag.String("file", "", "snapshot to go on with; it is changed")
	flag.Parse()
	outcome, err := resume(context.Background(), *file)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(outcome)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "resume: %v\n", err)
		os.Exit(1)
	}
}

func resume(ctx context.Context, file string) (*Outcome, error) {
	dir, err := os.MkdirTemp("", "resume-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	out := &Outcome{}
	if out.Before, err = listSyncs(ctx, file); err != nil {
		return nil, err
	}
	if err := runSyncer(ctx, file, dir); err != nil {
		return nil, fmt.Errorf("sync into %s: %w", file, err)
	}
	if out.After, err = listSyncs(ctx, file); err != nil {
		return nil, err
	}
	if out.FinishedSyncID, out.Rows, err = readLatest(ctx, file); err != nil {
		return nil, err
	}
	for _, before := range out.Before {
		if before.ID == out.FinishedSyncID {
			if before.EndedAt != "" {
				return nil, errors.New("no sync was finished")
			}
			out.SameSync = true
		}
	}
	fresh := filepath.Join(dir, "fresh.c1z")
	if err := runSyncer(ctx, fresh, dir); err != nil {
		return nil, fmt.Errorf("sync into a new file: %w", err)
	}
	_, want, err := readLatest(ctx, fresh)
	if err != nil {
		return nil, err
	}
	out.Difference = rows.Compare(want, out.Rows)
	out.SealedPart = len(out.Difference.Missing)+len(out.Difference.Changed) > 0
	return out, nil
}

func runSyncer(ctx context.Context, file, dir string) error {
	client, stop, err := toy.Start(ctx)
	if err != nil {
		return err
	}
	defer stop()
	syncer, err := sync.NewSyncer(ctx, client,
		sync.WithC1ZPath(file), sync.WithTmpDir(dir), sync.WithStorageEngine(c1zstore.EngineSQLite))
	if err != nil {
		return err
	}
	return errors.Join(syncer.Sync(ctx), syncer.Close(ctx))
}

func listSyncs(ctx context.Context, file string) ([]rows.Sync, error) {
	store, err := dotc1z.NewStore(ctx, file, dotc1z.WithReadOnly(true))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	defer func() { _ = store.Close(ctx) }()
	return rows.Syncs(ctx, store)
}

func readLatest(ctx context.Context, file string) (string, *rows.Rows, error) {
	store, err := dotc1z.NewStore(ctx, file, dotc1z.WithReadOnly(true))
	if err != nil {
		return "", nil, fmt.Errorf("open %s: %w", file, err)
	}
	defer func() { _ = store.Close(ctx) }()
	latest, err := store.SyncMeta().LatestFullSync(ctx)
	if err != nil {
		return "", nil, fmt.Errorf("find the latest full sync: %w", err)
	}
	if latest == nil {
		return "", nil, errors.New("no sync was finished")
	}
	if err := store.SetCurrentSync(ctx, latest.ID); err != nil {
		return "", nil, err
	}
	messages, err := rows.Read(ctx, store)
	if err != nil {
		return "", nil, err
	}
	return latest.ID, messages.Rows(), nil
}

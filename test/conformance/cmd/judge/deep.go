package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/conductorone/baton-sdk/pkg/connectorstore"
	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	"github.com/conductorone/baton-sdk/pkg/dotc1z/c1zstore"

	"github.com/twingate/baton-twingate/test/conformance/internal/rows"
)

// Deep tells what came of the operations that turn one file into another.
type Deep struct {
	Clone *Copied `json:"clone"`
	// Pebble is null for a file that is Pebble already.
	Pebble *Copied `json:"pebble"`
	// Diff is null where the file holds fewer than two finished full syncs.
	Diff *Diffed `json:"diff"`
}

type Copied struct {
	SyncID string `json:"syncId"`
	Bytes  int64  `json:"bytes"`
	// Difference of the copy against the sync it was made from; all empty for a true copy.
	Difference rows.Difference `json:"difference"`
}

// Diffed counts what the SDK's in-file diff wrote: rows of the newest sync whose ids the one before lacks.
type Diffed struct {
	Base         string `json:"base"`
	Applied      string `json:"applied"`
	SyncID       string `json:"syncId"`
	Resources    int    `json:"resources"`
	Entitlements int    `json:"entitlements"`
	Grants       int    `json:"grants"`
}

func dig(ctx context.Context, store c1zstore.Store, file string, verdict *Verdict, found *findings) (*Deep, error) {
	if verdict.SyncID == "" {
		return nil, errors.New("--deep needs a finished sync, the file holds none")
	}
	dir, err := os.MkdirTemp("", "judge-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	out := &Deep{}
	clone := filepath.Join(dir, "clone.c1z")
	if err := store.FileOps().CloneSync(ctx, clone, verdict.SyncID, c1zstore.WithCloneTmpDir(dir)); err != nil {
		return nil, fmt.Errorf("clone sync %s: %w", verdict.SyncID, err)
	}
	if out.Clone, err = readCopy(ctx, clone, "clone", verdict.Rows, found); err != nil {
		return nil, err
	}
	if verdict.Engine != string(c1zstore.EngineSQLite) {
		return out, nil
	}
	if out.Pebble, err = toPebble(ctx, file, dir, verdict, found); err != nil {
		return nil, err
	}
	out.Diff, err = diffNewest(ctx, file, dir, verdict.Syncs)
	return out, err
}

func toPebble(ctx context.Context, file, dir string, verdict *Verdict, found *findings) (*Copied, error) {
	//nolint:staticcheck // ToPebble exists on the SQLite file type only.
	source, err := dotc1z.NewC1ZFile(ctx, file, dotc1z.WithReadOnly(true), dotc1z.WithTmpDir(dir))
	if err != nil {
		return nil, fmt.Errorf("open %s for conversion: %w", file, err)
	}
	defer func() { _ = source.Close(ctx) }()
	path := filepath.Join(dir, "pebble.c1z")
	if _, err := source.ToPebble(ctx, path, verdict.SyncID, dotc1z.WithConvertTmpDir(dir)); err != nil {
		return nil, fmt.Errorf("convert sync %s to Pebble: %w", verdict.SyncID, err)
	}
	return readCopy(ctx, path, "Pebble copy", verdict.Rows, found)
}

func readCopy(ctx context.Context, path, what string, want *rows.Rows, found *findings) (*Copied, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	store, err := dotc1z.NewStore(ctx, path, dotc1z.WithReadOnly(true))
	if err != nil {
		return nil, fmt.Errorf("open the %s: %w", what, err)
	}
	defer func() { _ = store.Close(ctx) }()
	syncID, err := view(ctx, store, "")
	if err != nil {
		return nil, fmt.Errorf("read the %s: %w", what, err)
	}
	messages, err := rows.Read(ctx, store)
	if err != nil {
		return nil, fmt.Errorf("read the %s: %w", what, err)
	}
	difference := rows.Compare(want, messages.Rows())
	if n := len(difference.Missing) + len(difference.Extra) + len(difference.Changed); n > 0 {
		found.add("%s: %d rows differ from the sync it was made from", what, n)
	}
	return &Copied{SyncID: syncID, Bytes: info.Size(), Difference: difference}, nil
}

// diffNewest writes the diff into a copy of the file: the SDK adds it as one more sync.
func diffNewest(ctx context.Context, file, dir string, syncs []rows.Sync) (*Diffed, error) {
	base, applied := newestFull(syncs)
	if base == "" {
		return nil, nil
	}
	path := filepath.Join(dir, "diff.c1z")
	if err := copyFile(file, path); err != nil {
		return nil, err
	}
	store, err := dotc1z.NewStore(ctx, path, dotc1z.WithTmpDir(dir))
	if err != nil {
		return nil, fmt.Errorf("open a copy for the diff: %w", err)
	}
	id, err := store.FileOps().GenerateSyncDiff(ctx, base, applied)
	if err = errors.Join(err, store.Close(ctx)); err != nil {
		return nil, fmt.Errorf("diff sync %s against %s: %w", applied, base, err)
	}
	if store, err = dotc1z.NewStore(ctx, path, dotc1z.WithReadOnly(true)); err != nil {
		return nil, fmt.Errorf("open the diff: %w", err)
	}
	defer func() { _ = store.Close(ctx) }()
	if err := store.SetCurrentSync(ctx, id); err != nil {
		return nil, fmt.Errorf("select the diff: %w", err)
	}
	messages, err := rows.Read(ctx, store)
	if err != nil {
		return nil, fmt.Errorf("read the diff: %w", err)
	}
	return &Diffed{
		Base: base, Applied: applied, SyncID: id,
		Resources: len(messages.Resources), Entitlements: len(messages.Entitlements), Grants: len(messages.Grants),
	}, nil
}

// newestFull returns the two finished full syncs that ended last; both are empty where there are fewer.
func newestFull(syncs []rows.Sync) (base, applied string) {
	var last, before rows.Sync
	for _, sync := range syncs {
		if sync.Type != string(connectorstore.SyncTypeFull) || sync.EndedAt == "" {
			continue
		}
		switch {
		case sync.EndedAt >= last.EndedAt:
			before, last = last, sync
		case sync.EndedAt >= before.EndedAt:
			before = sync
		}
	}
	if before.ID == "" {
		return "", ""
	}
	return before.ID, last.ID
}

func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

// Command judge reads a snapshot with the official SDK and prints one JSON document: all rows of one sync,
// all sync runs, the statistics, and every contradiction it finds between them.
//
//	judge --file sync.c1z [--sync-id ID] [--deep]
//
// The exit code is 1 with the reason on stderr where the SDK refuses anything.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	"github.com/conductorone/baton-sdk/pkg/dotc1z/c1zstore"

	"github.com/twingate/baton-twingate/test/conformance/internal/rows"
)

// Verdict is the document printed.
type Verdict struct {
	Engine string `json:"engine"`
	Format string `json:"format"`
	// SyncID is the sync that was read; empty where none is finished and the reader chose by itself.
	SyncID string      `json:"syncId"`
	Syncs  []rows.Sync `json:"syncs"`
	*rows.Rows
	// Stats is null where no sync is finished.
	Stats *Stats `json:"stats"`
	// Mismatches says, one sentence each, where two roads to the same fact disagree.
	Mismatches []string `json:"mismatches"`
	Deep       *Deep    `json:"deep,omitempty"`
}

func main() {
	file := flag.String("file", "sync.c1z", "snapshot to read; it is not changed")
	syncID := flag.String("sync-id", "", "sync to read; default: the one finished last, of any type, as the official command does")
	deep := flag.Bool("deep", false, "also clone the sync, convert it to Pebble and diff the two newest full syncs, all in a temporary directory")
	flag.Parse()
	verdict, err := judge(context.Background(), *file, *syncID, *deep)
	if err == nil {
		err = print(verdict)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "judge: %v\n", err)
		os.Exit(1)
	}
}

func judge(ctx context.Context, file, syncID string, deep bool) (*Verdict, error) {
	store, err := dotc1z.NewStore(ctx, file, dotc1z.WithReadOnly(true))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	defer func() { _ = store.Close(ctx) }()
	if syncID, err = view(ctx, store, syncID); err != nil {
		return nil, err
	}
	out := &Verdict{Engine: store.Metadata().Engine, Format: store.Metadata().Format, SyncID: syncID}
	if out.Syncs, err = rows.Syncs(ctx, store); err != nil {
		return nil, err
	}
	messages, err := rows.Read(ctx, store)
	if err != nil {
		return nil, err
	}
	out.Rows = messages.Rows()
	found := &findings{list: []string{}}
	if err := checkGets(ctx, store, messages, found); err != nil {
		return nil, err
	}
	if err := checkFilters(ctx, store, messages, found); err != nil {
		return nil, err
	}
	checkReferences(messages, found)
	checkFields(messages, found)
	if out.Stats, err = statistics(ctx, store, syncID, messages, found); err != nil {
		return nil, err
	}
	if deep {
		if out.Deep, err = dig(ctx, store, file, out, found); err != nil {
			return nil, err
		}
	}
	out.Mismatches = found.list
	return out, nil
}

// view pins the store to one sync, as the official command does before it reads anything.
func view(ctx context.Context, store c1zstore.Store, syncID string) (string, error) {
	if syncID == "" {
		latest, err := store.SyncMeta().LatestFinishedSyncOfAnyType(ctx)
		if err != nil {
			return "", fmt.Errorf("find the latest finished sync: %w", err)
		}
		if latest == nil {
			return "", nil
		}
		syncID = latest.ID
	}
	if err := store.SetCurrentSync(ctx, syncID); err != nil {
		return "", fmt.Errorf("select sync %s: %w", syncID, err)
	}
	return syncID, nil
}

func print(verdict *Verdict) error {
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(verdict); err != nil {
		return err
	}
	return out.Flush()
}

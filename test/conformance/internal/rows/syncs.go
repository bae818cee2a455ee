package rows

import (
	"context"
	"fmt"

	readerv2 "github.com/conductorone/baton-sdk/pb/c1/reader/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorstore"
)

// Sync is one row of the sync table. EndedAt is empty while the sync is unfinished.
type Sync struct {
	ID        string `json:"id"`
	Type      string `json:"type"`
	StartedAt string `json:"startedAt"`
	EndedAt   string `json:"endedAt"`
	Parent    string `json:"parent"`
	Token     string `json:"token"`
}

// layout has a fixed width, so that texts sort as times do.
const layout = "2006-01-02T15:04:05.000000000Z"

// Syncs lists all sync runs, finished or not, in the reader's order.
func Syncs(ctx context.Context, store connectorstore.Reader) ([]Sync, error) {
	runs, err := Pages(func(token string) ([]*readerv2.SyncRun, string, error) {
		page, err := store.ListSyncs(ctx, readerv2.SyncsReaderServiceListSyncsRequest_builder{PageSize: 100, PageToken: token}.Build())
		return page.GetSyncs(), page.GetNextPageToken(), err
	})
	if err != nil {
		return nil, fmt.Errorf("list syncs: %w", err)
	}
	return reduce(runs, func(run *readerv2.SyncRun) Sync {
		out := Sync{ID: run.GetId(), Type: run.GetSyncType(), Parent: run.GetParentSyncId(), Token: run.GetSyncToken()}
		if run.HasStartedAt() {
			out.StartedAt = run.GetStartedAt().AsTime().UTC().Format(layout)
		}
		if run.HasEndedAt() {
			out.EndedAt = run.GetEndedAt().AsTime().UTC().Format(layout)
		}
		return out
	}), nil
}

package rows

import (
	"context"
	"fmt"
	"sort"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorstore"
)

// Messages is one sync as the reader hands it out, in the order of its lists.
type Messages struct {
	ResourceTypes []*v2.ResourceType
	Resources     []*v2.Resource
	Entitlements  []*v2.Entitlement
	Grants        []*v2.Grant
}

// Read pages through all four lists of the sync that the store has been set to.
func Read(ctx context.Context, store connectorstore.Reader) (*Messages, error) {
	out := &Messages{}
	var err error
	if out.ResourceTypes, err = Pages(func(token string) ([]*v2.ResourceType, string, error) {
		page, err := store.ListResourceTypes(ctx, v2.ResourceTypesServiceListResourceTypesRequest_builder{PageToken: token}.Build())
		return page.GetList(), page.GetNextPageToken(), err
	}); err != nil {
		return nil, fmt.Errorf("list resource types: %w", err)
	}
	if out.Resources, err = Pages(func(token string) ([]*v2.Resource, string, error) {
		page, err := store.ListResources(ctx, v2.ResourcesServiceListResourcesRequest_builder{PageToken: token}.Build())
		return page.GetList(), page.GetNextPageToken(), err
	}); err != nil {
		return nil, fmt.Errorf("list resources: %w", err)
	}
	if out.Entitlements, err = Pages(func(token string) ([]*v2.Entitlement, string, error) {
		page, err := store.ListEntitlements(ctx, v2.EntitlementsServiceListEntitlementsRequest_builder{PageToken: token}.Build())
		return page.GetList(), page.GetNextPageToken(), err
	}); err != nil {
		return nil, fmt.Errorf("list entitlements: %w", err)
	}
	if out.Grants, err = Pages(func(token string) ([]*v2.Grant, string, error) {
		page, err := store.ListGrants(ctx, v2.GrantsServiceListGrantsRequest_builder{PageToken: token}.Build())
		return page.GetList(), page.GetNextPageToken(), err
	}); err != nil {
		return nil, fmt.Errorf("list grants: %w", err)
	}
	return out, nil
}

// Pages follows page tokens to the last page.
func Pages[T any](page func(token string) ([]T, string, error)) ([]T, error) {
	var out []T
	token := ""
	for {
		items, next, err := page(token)
		if err != nil {
			return nil, err
		}
		out = append(out, items...)
		if next == "" {
			return out, nil
		}
		if next == token {
			return nil, fmt.Errorf("page token %q repeats", token)
		}
		token = next
	}
}

// Rows reduces the messages to comparable rows.
func (m *Messages) Rows() *Rows {
	out := &Rows{
		ResourceTypes: reduce(m.ResourceTypes, FromResourceType),
		Resources:     reduce(m.Resources, FromResource),
		Entitlements:  reduce(m.Entitlements, FromEntitlement),
		Grants:        reduce(m.Grants, FromGrant),
	}
	sortBy(out.ResourceTypes, func(t ResourceType) string { return t.ID })
	sortBy(out.Resources, func(r Resource) string { return r.Type + ":" + r.ID })
	sortBy(out.Entitlements, func(e Entitlement) string { return e.ID })
	sortBy(out.Grants, func(g Grant) string { return g.ID })
	return out
}

func reduce[M, R any](messages []M, row func(M) R) []R {
	out := make([]R, 0, len(messages))
	for _, message := range messages {
		out = append(out, row(message))
	}
	return out
}

func sortBy[R any](rows []R, key func(R) string) {
	sort.SliceStable(rows, func(i, j int) bool { return key(rows[i]) < key(rows[j]) })
}

package main

import (
	"context"
	"fmt"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	readerv2 "github.com/conductorone/baton-sdk/pb/c1/reader/v2"
	"github.com/conductorone/baton-sdk/pkg/dotc1z/c1zstore"
	"google.golang.org/protobuf/proto"

	"github.com/twingate/baton-twingate/test/conformance/internal/rows"
)

// checkGets fetches every listed row by its id. Lists drop fields the SDK does not know and gets keep them,
// so an unknown field shows up here too.
func checkGets(ctx context.Context, store c1zstore.Store, m *rows.Messages, found *findings) error {
	for _, want := range m.ResourceTypes {
		got, err := store.GetResourceType(ctx, readerv2.ResourceTypesReaderServiceGetResourceTypeRequest_builder{ResourceTypeId: want.GetId()}.Build())
		if err != nil {
			return fmt.Errorf("get resource type %s: %w", want.GetId(), err)
		}
		same(found, "resource type "+want.GetId(), want, got.GetResourceType())
	}
	for _, want := range m.Resources {
		got, err := store.GetResource(ctx, readerv2.ResourcesReaderServiceGetResourceRequest_builder{ResourceId: want.GetId()}.Build())
		if err != nil {
			return fmt.Errorf("get resource %s: %w", rows.Key(want.GetId()), err)
		}
		same(found, "resource "+rows.Key(want.GetId()), want, got.GetResource())
	}
	for _, want := range m.Entitlements {
		got, err := store.GetEntitlement(ctx, readerv2.EntitlementsReaderServiceGetEntitlementRequest_builder{EntitlementId: want.GetId()}.Build())
		if err != nil {
			return fmt.Errorf("get entitlement %s: %w", want.GetId(), err)
		}
		same(found, "entitlement "+want.GetId(), want, got.GetEntitlement())
	}
	for _, want := range m.Grants {
		got, err := store.GetGrant(ctx, readerv2.GrantsReaderServiceGetGrantRequest_builder{GrantId: want.GetId()}.Build())
		if err != nil {
			return fmt.Errorf("get grant %s: %w", want.GetId(), err)
		}
		same(found, "grant "+want.GetId(), want, got.GetGrant())
	}
	return nil
}

func same(found *findings, what string, listed, got proto.Message) {
	if !proto.Equal(listed, got) {
		found.add("%s: the row read by id differs from the listed one", what)
	}
}

// checkFilters reads the grants once more along every index a reader uses. The filters look at columns and the
// lists at blobs, so a row whose columns and blob disagree shows up here.
func checkFilters(ctx context.Context, store c1zstore.Store, m *rows.Messages, found *findings) error {
	byType, byResource := map[string]int{}, map[string]int{}
	byEntitlement, byPrincipal := map[string]int{}, map[string]int{}
	principals := map[string]*v2.ResourceId{}
	for _, grant := range m.Grants {
		on := grant.GetEntitlement().GetResource().GetId()
		byType[on.GetResourceType()]++
		byResource[rows.Key(on)]++
		byEntitlement[grant.GetEntitlement().GetId()]++
		byPrincipal[rows.Key(grant.GetPrincipal().GetId())]++
		principals[rows.Key(grant.GetPrincipal().GetId())] = grant.GetPrincipal().GetId()
	}
	for _, t := range m.ResourceTypes {
		if store.Metadata().Engine != string(c1zstore.EngineSQLite) {
			// The Pebble engine takes the type of the principal here, the SQLite engine that of the resource.
			break
		}
		id := t.GetId()
		if err := countPages(found, "grants of type "+id, byType[id], func(token string) ([]*v2.Grant, string, error) {
			page, err := store.ListGrantsForResourceType(ctx,
				readerv2.GrantsReaderServiceListGrantsForResourceTypeRequest_builder{ResourceTypeId: id, PageToken: token}.Build())
			return page.GetList(), page.GetNextPageToken(), err
		}); err != nil {
			return err
		}
	}
	for _, r := range m.Resources {
		key := rows.Key(r.GetId())
		if err := countPages(found, "grants on "+key, byResource[key], func(token string) ([]*v2.Grant, string, error) {
			page, err := store.ListGrants(ctx, v2.GrantsServiceListGrantsRequest_builder{Resource: r, PageToken: token}.Build())
			return page.GetList(), page.GetNextPageToken(), err
		}); err != nil {
			return err
		}
	}
	for _, e := range m.Entitlements {
		if err := countPages(found, "grants of "+e.GetId(), byEntitlement[e.GetId()], func(token string) ([]*v2.Grant, string, error) {
			page, err := store.ListGrantsForEntitlement(ctx,
				readerv2.GrantsReaderServiceListGrantsForEntitlementRequest_builder{Entitlement: e, PageToken: token}.Build())
			return page.GetList(), page.GetNextPageToken(), err
		}); err != nil {
			return err
		}
	}
	for key, id := range principals {
		if err := countPages(found, "grants held by "+key, byPrincipal[key], func(token string) ([]*v2.Grant, string, error) {
			page, err := store.ListGrantsForPrincipal(ctx,
				readerv2.GrantsReaderServiceListGrantsForPrincipalRequest_builder{PrincipalId: id, PageToken: token}.Build())
			return page.GetList(), page.GetNextPageToken(), err
		}); err != nil {
			return err
		}
	}
	return nil
}

func countPages(found *findings, what string, want int, page func(token string) ([]*v2.Grant, string, error)) error {
	got, err := rows.Pages(page)
	if err != nil {
		return fmt.Errorf("list %s: %w", what, err)
	}
	if len(got) != want {
		found.add("%s: %d rows by the filtered list, %d by the whole one", what, len(got), want)
	}
	return nil
}

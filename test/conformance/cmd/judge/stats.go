package main

import (
	"context"
	"fmt"

	"github.com/conductorone/baton-sdk/pkg/connectorstore"
	"github.com/conductorone/baton-sdk/pkg/dotc1z/c1zstore"

	"github.com/twingate/baton-twingate/test/conformance/internal/rows"
)

// Stats is the size of a sync as the reader tells it: stored in the file, or counted where the file stores none.
type Stats struct {
	ResourceTypes      int64            `json:"resourceTypes"`
	Resources          int64            `json:"resources"`
	Entitlements       int64            `json:"entitlements"`
	Grants             int64            `json:"grants"`
	ResourcesByType    map[string]int64 `json:"resourcesByType"`
	EntitlementsByType map[string]int64 `json:"entitlementsByType"`
	GrantsByType       map[string]int64 `json:"grantsByType"`
}

// statistics also compares what the reader tells with the rows it lists.
func statistics(ctx context.Context, store c1zstore.Store, syncID string, m *rows.Messages, found *findings) (*Stats, error) {
	if syncID == "" {
		return nil, nil
	}
	said, err := store.SyncMeta().StatsV2(ctx, connectorstore.SyncTypeAny, syncID)
	if err != nil {
		return nil, fmt.Errorf("read statistics: %w", err)
	}
	counted := count(m)
	found.unequal("statistics: resource types", said.GetResourceTypes(), counted.ResourceTypes)
	found.unequal("statistics: resources", said.GetResources(), counted.Resources)
	found.unequal("statistics: entitlements", said.GetEntitlements(), counted.Entitlements)
	found.unequal("statistics: grants", said.GetGrants(), counted.Grants)
	for _, t := range m.ResourceTypes {
		id := t.GetId()
		found.unequal("statistics: resources of "+id, said.GetResourcesByResourceType()[id], counted.ResourcesByType[id])
		found.unequal("statistics: entitlements of "+id, said.GetEntitlementsByResourceType()[id], counted.EntitlementsByType[id])
		found.unequal("statistics: grants of "+id, said.GetGrantsByResourceType()[id], counted.GrantsByType[id])
	}
	return &Stats{
		ResourceTypes: said.GetResourceTypes(), Resources: said.GetResources(),
		Entitlements: said.GetEntitlements(), Grants: said.GetGrants(),
		ResourcesByType:    orEmpty(said.GetResourcesByResourceType()),
		EntitlementsByType: orEmpty(said.GetEntitlementsByResourceType()),
		GrantsByType:       orEmpty(said.GetGrantsByResourceType()),
	}, nil
}

func count(m *rows.Messages) Stats {
	out := Stats{
		ResourceTypes: int64(len(m.ResourceTypes)), Resources: int64(len(m.Resources)),
		Entitlements: int64(len(m.Entitlements)), Grants: int64(len(m.Grants)),
		ResourcesByType: map[string]int64{}, EntitlementsByType: map[string]int64{}, GrantsByType: map[string]int64{},
	}
	for _, r := range m.Resources {
		out.ResourcesByType[r.GetId().GetResourceType()]++
	}
	for _, e := range m.Entitlements {
		out.EntitlementsByType[e.GetResource().GetId().GetResourceType()]++
	}
	for _, g := range m.Grants {
		out.GrantsByType[g.GetEntitlement().GetResource().GetId().GetResourceType()]++
	}
	return out
}

func orEmpty(counts map[string]int64) map[string]int64 {
	if counts == nil {
		return map[string]int64{}
	}
	return counts
}

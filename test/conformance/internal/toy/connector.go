// Package toy is a connector over a handful of users and groups, run inside the process.
package toy

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	"github.com/conductorone/baton-sdk/pkg/types/resource"
)

var userType = v2.ResourceType_builder{
	Id:          "user",
	DisplayName: "User",
	Traits:      []v2.ResourceType_Trait{v2.ResourceType_TRAIT_USER},
	Annotations: annotations.New(&v2.SkipEntitlementsAndGrants{}),
}.Build()

var groupType = v2.ResourceType_builder{
	Id:          "group",
	DisplayName: "Group",
	Traits:      []v2.ResourceType_Trait{v2.ResourceType_TRAIT_GROUP},
}.Build()

type connector struct{ directory *directory }

// New makes a connector with a directory of its own.
func New(delays Delays) connectorbuilder.ConnectorBuilderV2 {
	return connector{newDirectory(delays)}
}

func (connector) Metadata(context.Context) (*v2.ConnectorMetadata, error) {
	return v2.ConnectorMetadata_builder{DisplayName: "Toy", Description: "Toy"}.Build(), nil
}

func (connector) Validate(context.Context) (annotations.Annotations, error) { return nil, nil }

func (c connector) ResourceSyncers(context.Context) []connectorbuilder.ResourceSyncerV2 {
	return []connectorbuilder.ResourceSyncerV2{userSyncer{c.directory}, groupSyncer{c.directory}, roleSyncer{}}
}

type userSyncer struct{ directory *directory }

func (userSyncer) ResourceType(context.Context) *v2.ResourceType { return userType }

func (s userSyncer) List(ctx context.Context, _ *v2.ResourceId, _ resource.SyncOpAttrs) ([]*v2.Resource, *resource.SyncOpResults, error) {
	if err := s.directory.awaitPage(ctx); err != nil {
		return nil, nil, err
	}
	var out []*v2.Resource
	for _, id := range s.directory.listUsers() {
		user, err := newUser(id)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, user)
	}
	return out, nil, nil
}

func newUser(id string) (*v2.Resource, error) {
	return resource.NewUserResource(id, userType, id, []resource.UserTraitOption{resource.WithEmail(id+"@example.com", true)})
}

func (userSyncer) Entitlements(context.Context, *v2.Resource, resource.SyncOpAttrs) ([]*v2.Entitlement, *resource.SyncOpResults, error) {
	return nil, nil, nil
}

func (userSyncer) Grants(context.Context, *v2.Resource, resource.SyncOpAttrs) ([]*v2.Grant, *resource.SyncOpResults, error) {
	return nil, nil, nil
}

type groupSyncer struct{ directory *directory }

func (groupSyncer) ResourceType(context.Context) *v2.ResourceType { return groupType }

func (s groupSyncer) List(ctx context.Context, _ *v2.ResourceId, _ resource.SyncOpAttrs) ([]*v2.Resource, *resource.SyncOpResults, error) {
	if err := s.directory.awaitPage(ctx); err != nil {
		return nil, nil, err
	}
	var out []*v2.Resource
	for _, id := range groups {
		group, err := resource.NewGroupResource(id, groupType, id, nil)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, group)
	}
	return out, nil, nil
}

func (groupSyncer) Entitlements(_ context.Context, on *v2.Resource, _ resource.SyncOpAttrs) ([]*v2.Entitlement, *resource.SyncOpResults, error) {
	return []*v2.Entitlement{entitlement.NewAssignmentEntitlement(on, "member", entitlement.WithGrantableTo(userType))}, nil, nil
}

func (s groupSyncer) Grants(ctx context.Context, on *v2.Resource, _ resource.SyncOpAttrs) ([]*v2.Grant, *resource.SyncOpResults, error) {
	if err := s.directory.awaitPage(ctx); err != nil {
		return nil, nil, err
	}
	var out []*v2.Grant
	for _, id := range s.directory.listMembers(on.GetId().GetResource()) {
		out = append(out, grant.NewGrant(on, "member", v2.ResourceId_builder{ResourceType: "user", Resource: id}.Build()))
	}
	return out, nil, nil
}

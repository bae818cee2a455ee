// Package toy is a connector over a fixed handful of users and groups, run inside the process.
package toy

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/pagination"
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

var users = []string{"toy-user-1", "toy-user-2", "toy-user-3", "toy-user-4", "toy-user-5"}

// members has a group without members, so that "nothing there" and "not read" differ.
var members = map[string][]string{
	"toy-group-1": {"toy-user-1", "toy-user-2", "toy-user-3"},
	"toy-group-2": {"toy-user-3", "toy-user-4"},
	"toy-group-3": {},
}

var groups = []string{"toy-group-1", "toy-group-2", "toy-group-3"}

type connector struct{}

func (connector) Metadata(context.Context) (*v2.ConnectorMetadata, error) {
	return v2.ConnectorMetadata_builder{DisplayName: "Toy", Description: "Toy"}.Build(), nil
}

func (connector) Validate(context.Context) (annotations.Annotations, error) { return nil, nil }

func (connector) ResourceSyncers(context.Context) []connectorbuilder.ResourceSyncer {
	return []connectorbuilder.ResourceSyncer{userSyncer{}, groupSyncer{}}
}

type userSyncer struct{}

func (userSyncer) ResourceType(context.Context) *v2.ResourceType { return userType }

func (userSyncer) List(context.Context, *v2.ResourceId, *pagination.Token) ([]*v2.Resource, string, annotations.Annotations, error) {
	var out []*v2.Resource
	for _, id := range users {
		user, err := resource.NewUserResource(id, userType, id, []resource.UserTraitOption{resource.WithEmail(id+"@example.com", true)})
		if err != nil {
			return nil, "", nil, err
		}
		out = append(out, user)
	}
	return out, "", nil, nil
}

func (userSyncer) Entitlements(context.Context, *v2.Resource, *pagination.Token) ([]*v2.Entitlement, string, annotations.Annotations, error) {
	return nil, "", nil, nil
}

func (userSyncer) Grants(context.Context, *v2.Resource, *pagination.Token) ([]*v2.Grant, string, annotations.Annotations, error) {
	return nil, "", nil, nil
}

type groupSyncer struct{}

func (groupSyncer) ResourceType(context.Context) *v2.ResourceType { return groupType }

func (groupSyncer) List(context.Context, *v2.ResourceId, *pagination.Token) ([]*v2.Resource, string, annotations.Annotations, error) {
	var out []*v2.Resource
	for _, id := range groups {
		group, err := resource.NewGroupResource(id, groupType, id, nil)
		if err != nil {
			return nil, "", nil, err
		}
		out = append(out, group)
	}
	return out, "", nil, nil
}

func (groupSyncer) Entitlements(_ context.Context, on *v2.Resource, _ *pagination.Token) ([]*v2.Entitlement, string, annotations.Annotations, error) {
	return []*v2.Entitlement{entitlement.NewAssignmentEntitlement(on, "member", entitlement.WithGrantableTo(userType))}, "", nil, nil
}

func (groupSyncer) Grants(_ context.Context, on *v2.Resource, _ *pagination.Token) ([]*v2.Grant, string, annotations.Annotations, error) {
	var out []*v2.Grant
	for _, id := range members[on.GetId().GetResource()] {
		out = append(out, grant.NewGrant(on, "member", v2.ResourceId_builder{ResourceType: "user", Resource: id}.Build()))
	}
	return out, "", nil, nil
}

package main

import (
	"encoding/base64"
	"fmt"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	"github.com/conductorone/baton-sdk/pkg/types/resource"
)

// tenant says how large a tenant is; its rows follow from that alone.
type tenant struct{ users, groups, memberships int }

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

func userID(i int) *v2.ResourceId {
	return v2.ResourceId_builder{ResourceType: "user", Resource: base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "User:%d", 1000+i))}.Build()
}

func groupID(i int) *v2.ResourceId {
	return v2.ResourceId_builder{ResourceType: "group", Resource: base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "Group:%d", i+1))}.Build()
}

func user(i int) (*v2.Resource, error) {
	first, last, email := fmt.Sprintf("First%d", i), fmt.Sprintf("Last%d", i), fmt.Sprintf("user%d@example.com", i)
	id := userID(i).GetResource()
	return resource.NewUserResource(first+" "+last, userType, id, []resource.UserTraitOption{
		resource.WithEmail(email, true),
		resource.WithUserLogin(email),
		resource.WithAccountType(v2.UserTrait_ACCOUNT_TYPE_HUMAN),
	},
		resource.WithResourceStatus(v2.Status_RESOURCE_STATUS_ENABLED, ""),
		resource.WithResourceProfile(map[string]any{
			"first_name": first, "last_name": last, "email": email, "is_admin": false, "id": id,
		}))
}

func group(i int) (*v2.Resource, error) {
	id, name := groupID(i).GetResource(), fmt.Sprintf("Group %d", i+1)
	return resource.NewGroupResource(name, groupType, id, nil,
		resource.WithResourceProfile(map[string]any{"group_id": id, "group_name": name}))
}

func member(of *v2.Resource) *v2.Entitlement {
	name := of.GetDisplayName()
	return entitlement.NewAssignmentEntitlement(of, "member",
		entitlement.WithDisplayName(name+" Member"),
		entitlement.WithDescription("Member of the Twingate group "+name),
		entitlement.WithGrantableTo(userType))
}

// members lists each group's users: a connector reads memberships group by group, and the store is fastest in that order.
// Equal draws of a user count once.
func (t tenant) members() [][]int {
	out := make([][]int, t.groups)
	for i := range t.users {
		for j := range t.memberships {
			drawn := (i*7 + j*131 + j*j) % t.groups
			if known := out[drawn]; len(known) == 0 || known[len(known)-1] != i {
				out[drawn] = append(known, i)
			}
		}
	}
	return out
}

// membership embeds ids only: readers take names from the other tables.
func membership(userIndex, groupIndex int) *v2.Grant {
	on := v2.Resource_builder{Id: groupID(groupIndex)}.Build()
	return grant.NewGrant(on, "member", userID(userIndex))
}

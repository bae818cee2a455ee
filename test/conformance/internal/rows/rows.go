// Package rows reads everything one sync of a snapshot file holds through the official reader,
// and reduces it to what a test compares: no blobs, no row numbers, no order.
package rows

import (
	"sort"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/types/resource"
	"google.golang.org/protobuf/proto"
)

// Rows is one sync. Every list is sorted by id.
type Rows struct {
	ResourceTypes []ResourceType `json:"resourceTypes"`
	Resources     []Resource     `json:"resources"`
	Entitlements  []Entitlement  `json:"entitlements"`
	Grants        []Grant        `json:"grants"`
}

type ResourceType struct {
	ID                        string   `json:"id"`
	DisplayName               string   `json:"displayName"`
	Description               string   `json:"description,omitempty"`
	Traits                    []string `json:"traits"`
	SkipEntitlementsAndGrants bool     `json:"skipEntitlementsAndGrants,omitempty"`
}

// Resource carries the facts of its trait beside its own. Status, profile and created_at are read as the
// SDK reads them: from the resource, else from the trait.
type Resource struct {
	Type               string         `json:"type"`
	ID                 string         `json:"id"`
	DisplayName        string         `json:"displayName"`
	Description        string         `json:"description,omitempty"`
	Parent             string         `json:"parent,omitempty"`
	Traits             []string       `json:"traits,omitempty"`
	Status             string         `json:"status,omitempty"`
	StatusDetails      string         `json:"statusDetails,omitempty"`
	Emails             []string       `json:"emails,omitempty"`
	PrimaryEmail       string         `json:"primaryEmail,omitempty"`
	Login              string         `json:"login,omitempty"`
	AccountType        string         `json:"accountType,omitempty"`
	Profile            map[string]any `json:"profile,omitempty"`
	CreatedAt          string         `json:"createdAt,omitempty"`
	GroupSourceType    string         `json:"groupSourceType,omitempty"`
	RawGroupSourceType string         `json:"rawGroupSourceType,omitempty"`
	// Of a secret: whom it proves, and until when.
	Identity  string `json:"identity,omitempty"`
	ExpiresAt string `json:"expiresAt,omitempty"`
	// Of a managed device.
	Serial     string `json:"serial,omitempty"`
	DeviceType string `json:"deviceType,omitempty"`
	OS         string `json:"os,omitempty"`
}

type Entitlement struct {
	ID          string        `json:"id"`
	Resource    string        `json:"resource"`
	DisplayName string        `json:"displayName"`
	Description string        `json:"description,omitempty"`
	Slug        string        `json:"slug"`
	Purpose     string        `json:"purpose"`
	GrantableTo []string      `json:"grantableTo,omitempty"`
	Immutable   *Immutability `json:"immutable,omitempty"`
}

type Grant struct {
	ID          string        `json:"id"`
	Entitlement string        `json:"entitlement"`
	Principal   string        `json:"principal"`
	Immutable   *Immutability `json:"immutable,omitempty"`
	// What the connector says of the grant itself, as its end.
	Metadata map[string]any `json:"metadata,omitempty"`
	// Sources are the entitlements that the grant follows from: true where the principal holds one itself.
	Sources map[string]bool `json:"sources,omitempty"`
}

// Immutability is present where the row carries the annotation at all, however empty.
type Immutability struct {
	SourceID string         `json:"sourceId,omitempty"`
	Metadata map[string]any `json:"metadata,omitempty"`
}

// Key names a resource the way references in this package do.
func Key(id *v2.ResourceId) string { return id.GetResourceType() + ":" + id.GetResource() }

func FromResourceType(t *v2.ResourceType) ResourceType {
	out := ResourceType{ID: t.GetId(), DisplayName: t.GetDisplayName(), Description: t.GetDescription(), Traits: []string{}}
	for _, trait := range t.GetTraits() {
		out.Traits = append(out.Traits, trait.String())
	}
	out.SkipEntitlementsAndGrants = has(t.GetAnnotations(), &v2.SkipEntitlementsAndGrants{})
	return out
}

func FromResource(r *v2.Resource) Resource {
	out := Resource{
		Type:        r.GetId().GetResourceType(),
		ID:          r.GetId().GetResource(),
		DisplayName: r.GetDisplayName(),
		Description: r.GetDescription(),
	}
	if r.HasParentResourceId() {
		out.Parent = Key(r.GetParentResourceId())
	}
	if status := resource.GetStatus(r); status != nil {
		out.Status = status.GetStatus().String()
		out.StatusDetails = status.GetDetails()
	}
	if profile := resource.GetProfile(r); profile != nil {
		out.Profile = profile.AsMap()
	}
	if at := resource.GetCreatedAt(r); at != nil {
		out.CreatedAt = at.AsTime().UTC().Format(time.RFC3339Nano)
	}
	addTraits(&out, r.GetAnnotations())
	return out
}

func addTraits(out *Resource, annos annotations.Annotations) {
	if user := (&v2.UserTrait{}); has(annos, user) {
		out.Traits = append(out.Traits, v2.ResourceType_TRAIT_USER.String())
		for _, email := range user.GetEmails() {
			out.Emails = append(out.Emails, email.GetAddress())
			if email.GetIsPrimary() {
				out.PrimaryEmail = email.GetAddress()
			}
		}
		out.Login = user.GetLogin()
		out.AccountType = user.GetAccountType().String()
	}
	if group := (&v2.GroupTrait{}); has(annos, group) {
		out.Traits = append(out.Traits, v2.ResourceType_TRAIT_GROUP.String())
		out.GroupSourceType = group.GetGroupSourceType()
		out.RawGroupSourceType = group.GetRawGroupSourceType()
	}
	if has(annos, &v2.RoleTrait{}) {
		out.Traits = append(out.Traits, v2.ResourceType_TRAIT_ROLE.String())
	}
	if has(annos, &v2.AppTrait{}) {
		out.Traits = append(out.Traits, v2.ResourceType_TRAIT_APP.String())
	}
	if secret := (&v2.SecretTrait{}); has(annos, secret) {
		out.Traits = append(out.Traits, v2.ResourceType_TRAIT_SECRET.String())
		if secret.HasIdentityId() {
			out.Identity = Key(secret.GetIdentityId())
		}
		if secret.HasExpiresAt() {
			out.ExpiresAt = secret.GetExpiresAt().AsTime().UTC().Format(time.RFC3339Nano)
		}
	}
	if device := (&v2.ManagedDeviceTrait{}); has(annos, device) {
		out.Traits = append(out.Traits, v2.ResourceType_TRAIT_MANAGED_DEVICE.String())
		out.Serial = device.GetSerial()
		out.DeviceType = device.GetDeviceType().String()
		if device.HasOs() {
			out.OS = device.GetOs().GetType().String()
		}
	}
}

func FromEntitlement(e *v2.Entitlement) Entitlement {
	out := Entitlement{
		ID:          e.GetId(),
		Resource:    Key(e.GetResource().GetId()),
		DisplayName: e.GetDisplayName(),
		Description: e.GetDescription(),
		Slug:        e.GetSlug(),
		Purpose:     e.GetPurpose().String(),
	}
	for _, t := range e.GetGrantableTo() {
		out.GrantableTo = append(out.GrantableTo, t.GetId())
	}
	sort.Strings(out.GrantableTo)
	if immutable := (&v2.EntitlementImmutable{}); has(e.GetAnnotations(), immutable) {
		out.Immutable = &Immutability{SourceID: immutable.GetSourceId(), Metadata: immutable.GetMetadata().AsMap()}
	}
	return out
}

func FromGrant(g *v2.Grant) Grant {
	out := Grant{ID: g.GetId(), Entitlement: g.GetEntitlement().GetId(), Principal: Key(g.GetPrincipal().GetId())}
	if immutable := (&v2.GrantImmutable{}); has(g.GetAnnotations(), immutable) {
		out.Immutable = &Immutability{SourceID: immutable.GetSourceId(), Metadata: immutable.GetMetadata().AsMap()}
	}
	if metadata := (&v2.GrantMetadata{}); has(g.GetAnnotations(), metadata) {
		out.Metadata = metadata.GetMetadata().AsMap()
	}
	if sources := g.GetSources().GetSources(); len(sources) > 0 {
		out.Sources = make(map[string]bool, len(sources))
		for id, source := range sources {
			out.Sources[id] = source.GetIsDirect()
		}
	}
	return out
}

func has(annos annotations.Annotations, message proto.Message) bool {
	found, err := annos.Pick(message)
	return err == nil && found
}

package main

import (
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"google.golang.org/protobuf/proto"

	"github.com/twingate/baton-twingate/test/conformance/internal/rows"
)

// checkReferences finds rows that point at rows which the same sync does not hold, and rows listed twice.
func checkReferences(m *rows.Messages, found *findings) {
	types, resources, entitlements := map[string]*v2.ResourceType{}, map[string]bool{}, map[string]bool{}
	grants := map[string]bool{}
	for _, t := range m.ResourceTypes {
		types[t.GetId()] = t
	}
	for _, r := range m.Resources {
		key := rows.Key(r.GetId())
		if resources[key] {
			found.add("resource %s: listed twice", key)
		}
		resources[key] = true
	}
	for _, r := range m.Resources {
		checkResource(r, types, resources, found)
	}
	for _, e := range m.Entitlements {
		if entitlements[e.GetId()] {
			found.add("entitlement %s: listed twice", e.GetId())
		}
		entitlements[e.GetId()] = true
		if on := rows.Key(e.GetResource().GetId()); !resources[on] {
			found.add("entitlement %s: there is no resource %s", e.GetId(), on)
		}
		for _, t := range e.GetGrantableTo() {
			if types[t.GetId()] == nil {
				found.add("entitlement %s: there is no resource type %s to grant it to", e.GetId(), t.GetId())
			}
		}
	}
	for _, g := range m.Grants {
		if grants[g.GetId()] {
			found.add("grant %s: listed twice", g.GetId())
		}
		grants[g.GetId()] = true
		if !entitlements[g.GetEntitlement().GetId()] {
			found.add("grant %s: there is no entitlement %s", g.GetId(), g.GetEntitlement().GetId())
		}
		if principal := rows.Key(g.GetPrincipal().GetId()); !resources[principal] {
			found.add("grant %s: there is no principal %s", g.GetId(), principal)
		}
	}
}

func checkResource(r *v2.Resource, types map[string]*v2.ResourceType, resources map[string]bool, found *findings) {
	key := rows.Key(r.GetId())
	resourceType := types[r.GetId().GetResourceType()]
	if resourceType == nil {
		found.add("resource %s: there is no such resource type", key)
	}
	if r.HasParentResourceId() && !resources[rows.Key(r.GetParentResourceId())] {
		found.add("resource %s: there is no parent %s", key, rows.Key(r.GetParentResourceId()))
	}
	annos := annotations.Annotations(r.GetAnnotations())
	for _, trait := range resourceType.GetTraits() {
		if annotation := traitAnnotation(trait); annotation != nil && !annos.Contains(annotation) {
			found.add("resource %s: its type has %s, the resource lacks the annotation", key, trait)
		}
	}
}

func traitAnnotation(trait v2.ResourceType_Trait) proto.Message {
	switch trait {
	case v2.ResourceType_TRAIT_USER:
		return &v2.UserTrait{}
	case v2.ResourceType_TRAIT_GROUP:
		return &v2.GroupTrait{}
	case v2.ResourceType_TRAIT_ROLE:
		return &v2.RoleTrait{}
	default:
		return nil
	}
}

// checkFields applies the rules of the .proto files, which a platform applies to what it is sent.
func checkFields(m *rows.Messages, found *findings) {
	for _, t := range m.ResourceTypes {
		valid(found, "resource type "+t.GetId(), t)
		decodable(found, "resource type "+t.GetId(), t.GetAnnotations())
	}
	for _, r := range m.Resources {
		valid(found, "resource "+rows.Key(r.GetId()), r)
		decodable(found, "resource "+rows.Key(r.GetId()), r.GetAnnotations())
	}
	for _, e := range m.Entitlements {
		valid(found, "entitlement "+e.GetId(), e)
		decodable(found, "entitlement "+e.GetId(), e.GetAnnotations())
	}
	for _, g := range m.Grants {
		valid(found, "grant "+g.GetId(), g)
		decodable(found, "grant "+g.GetId(), g.GetAnnotations())
	}
}

func valid(found *findings, what string, message interface{ Validate() error }) {
	if err := message.Validate(); err != nil {
		found.add("%s: %v", what, err)
	}
}

func decodable(found *findings, what string, annos annotations.Annotations) {
	for _, anno := range annos {
		message, err := anno.UnmarshalNew()
		if err != nil {
			found.add("%s: annotation %s: %v", what, anno.GetTypeUrl(), err)
			continue
		}
		if len(message.ProtoReflect().GetUnknown()) > 0 {
			found.add("%s: annotation %s holds unknown fields", what, anno.GetTypeUrl())
		}
		if checked, ok := message.(interface{ Validate() error }); ok {
			valid(found, what+": annotation "+string(message.ProtoReflect().Descriptor().Name()), checked)
		}
	}
}

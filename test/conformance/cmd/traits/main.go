// Command traits writes a file as other connectors do: with resources of every trait that the official SDK offers helpers for.
//
//	traits FILE
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorstore"
	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	"github.com/conductorone/baton-sdk/pkg/dotc1z/c1zstore"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	"github.com/conductorone/baton-sdk/pkg/types/resource"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: traits FILE")
		os.Exit(1)
	}
	if err := write(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "traits: %v\n", err)
		os.Exit(1)
	}
}

func write(ctx context.Context, file string) error {
	store, err := dotc1z.NewStore(ctx, file,
		dotc1z.WithEngine(c1zstore.EngineSQLite), dotc1z.WithTmpDir(filepath.Dir(file)))
	if err != nil {
		return err
	}
	return errors.Join(writeSync(ctx, store), store.Close(ctx))
}

func trait(id, name string, traits ...v2.ResourceType_Trait) *v2.ResourceType {
	return v2.ResourceType_builder{Id: id, DisplayName: name, Traits: traits}.Build()
}

var (
	userType   = trait("user", "User", v2.ResourceType_TRAIT_USER)
	appType    = trait("app", "Application", v2.ResourceType_TRAIT_APP)
	secretType = trait("secret", "API key", v2.ResourceType_TRAIT_SECRET)
	deviceType = trait("managed_device", "Laptop", v2.ResourceType_TRAIT_MANAGED_DEVICE)
	agentType  = trait("agent", "Agent", v2.ResourceType_TRAIT_AGENT)
	seatsType  = trait("license", "Licence", v2.ResourceType_TRAIT_LICENSE_PROFILE)
	robotType  = trait("robot", "Robot", v2.ResourceType_TRAIT_ROLE)
)

var day = time.Date(2020, 3, 1, 0, 0, 0, 0, time.UTC)

func writeSync(ctx context.Context, store c1zstore.Store) error {
	if _, err := store.StartNewSync(ctx, connectorstore.SyncTypeFull, ""); err != nil {
		return err
	}
	types := []*v2.ResourceType{userType, appType, secretType, deviceType, agentType, seatsType, robotType}
	if err := store.PutResourceTypes(ctx, types...); err != nil {
		return err
	}
	ada, errUser := resource.NewUserResource("Ada", userType, "ada", []resource.UserTraitOption{resource.WithEmail("ada@acme.example", true)})
	wiki, errApp := resource.NewResource("Wiki", appType, "wiki", resource.WithAppTrait(
		resource.WithAppHelpURL("https://wiki.acme.example/help"), resource.WithAppProfile(map[string]any{"owner": "Docs team"})))
	key, errKey := resource.NewResource("Deploy key", secretType, "key", resource.WithSecretTrait(
		resource.WithSecretCreatedAt(day), resource.WithSecretExpiresAt(day.AddDate(0, 1, 0)), resource.WithSecretIdentityID(ada.GetId())))
	laptop, errDevice := resource.NewResource("Ada's laptop", deviceType, "laptop", resource.WithManagedDeviceTrait(
		resource.WithManagedDeviceSerial("C02XL0"), resource.WithManagedDeviceModel("X1"), resource.WithManagedDeviceEncrypted(true)))
	agent, errAgent := resource.NewResource("Helper", agentType, "helper", resource.WithAgentTrait(
		resource.WithAgentProfile(map[string]any{"model": "small"}), resource.WithAgentIdentityResourceID(ada.GetId())))
	seats, errSeats := resource.NewResource("Seats", seatsType, "seats", resource.WithLicenseProfileTrait(
		resource.WithLicenseName("Team"), resource.WithLicenseSeats(10, 7)))
	robot, errRobot := resource.NewResource("Nightly job", robotType, "nightly",
		resource.WithNHIType(v2.NonHumanIdentityTrait_NhiType(1), "runs at night"))
	if err := errors.Join(errUser, errApp, errKey, errDevice, errAgent, errSeats, errRobot); err != nil {
		return err
	}
	access := entitlement.NewPermissionEntitlement(wiki, "access", entitlement.WithDisplayName("Wiki access"))
	use := entitlement.NewAssignmentEntitlement(robot, "assigned")
	return errors.Join(
		store.PutResources(ctx, ada, wiki, key, laptop, agent, seats, robot),
		store.PutEntitlements(ctx, access, use),
		store.PutGrants(ctx, grant.NewGrant(wiki, "access", ada.GetId()), grant.NewGrant(wiki, "access", laptop.GetId()),
			grant.NewGrant(wiki, "access", agent.GetId()), grant.NewGrant(robot, "assigned", key.GetId())),
		store.Cleanup(ctx), store.EndSync(ctx))
}

package toy

import (
	"context"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
)

func (s groupSyncer) Grant(ctx context.Context, principal *v2.Resource, to *v2.Entitlement) ([]*v2.Grant, annotations.Annotations, error) {
	if err := s.directory.awaitChange(ctx); err != nil {
		return nil, nil, err
	}
	group, user := to.GetResource(), principal.GetId()
	if user.GetResourceType() != "user" {
		return nil, nil, status.Errorf(codes.InvalidArgument, "a %s cannot be a member", user.GetResourceType())
	}
	if !slices.Contains(groups, group.GetId().GetResource()) || !slices.Contains(s.directory.listUsers(), user.GetResource()) {
		return nil, nil, status.Error(codes.NotFound, "there is no such group or user")
	}
	given := []*v2.Grant{grant.NewGrant(group, "member", user)}
	if !s.directory.addMember(group.GetId().GetResource(), user.GetResource()) {
		return given, annotations.New(&v2.GrantAlreadyExists{}), nil
	}
	return given, nil, nil
}

func (s groupSyncer) Revoke(ctx context.Context, given *v2.Grant) (annotations.Annotations, error) {
	if err := s.directory.awaitChange(ctx); err != nil {
		return nil, err
	}
	group, user := given.GetEntitlement().GetResource().GetId(), given.GetPrincipal().GetId()
	if !s.directory.deleteMember(group.GetResource(), user.GetResource()) {
		return annotations.New(&v2.GrantAlreadyRevoked{}), nil
	}
	return nil, nil
}

func (userSyncer) CreateAccountCapabilityDetails(context.Context) (*v2.CredentialDetailsAccountProvisioning, annotations.Annotations, error) {
	none := v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_NO_PASSWORD
	return v2.CredentialDetailsAccountProvisioning_builder{
		SupportedCredentialOptions: []v2.CapabilityDetailCredentialOption{none}, PreferredCredentialOption: none,
	}.Build(), nil, nil
}

// CreateAccount makes a user whose id is the account's login.
func (s userSyncer) CreateAccount(
	ctx context.Context, account *v2.AccountInfo, _ *v2.LocalCredentialOptions,
) (connectorbuilder.CreateAccountResponse, []*v2.PlaintextData, annotations.Annotations, error) {
	if err := s.directory.awaitChange(ctx); err != nil {
		return nil, nil, nil, err
	}
	id := account.GetLogin()
	if id == "" {
		return nil, nil, nil, status.Error(codes.InvalidArgument, "the account has no login")
	}
	user, err := newUser(id)
	if err != nil {
		return nil, nil, nil, err
	}
	if !s.directory.addUser(id) {
		return v2.CreateAccountResponse_AlreadyExistsResult_builder{Resource: user, IsCreateAccountResult: true}.Build(), nil, nil, nil
	}
	return v2.CreateAccountResponse_SuccessResult_builder{Resource: user, IsCreateAccountResult: true}.Build(), nil, nil, nil
}

func (s userSyncer) Delete(ctx context.Context, id *v2.ResourceId, _ *v2.ResourceId) (annotations.Annotations, error) {
	if err := s.directory.awaitChange(ctx); err != nil {
		return nil, err
	}
	s.directory.deleteUser(id.GetResource())
	return nil, nil
}

// Get offers targeted sync of users.
func (s userSyncer) Get(_ context.Context, id *v2.ResourceId, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	if !slices.Contains(s.directory.listUsers(), id.GetResource()) {
		return nil, nil, status.Error(codes.NotFound, "there is no such user")
	}
	user, err := newUser(id.GetResource())
	return user, nil, err
}

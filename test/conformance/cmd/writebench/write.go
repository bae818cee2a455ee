package main

import (
	"context"
	"errors"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorstore"
	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	"github.com/conductorone/baton-sdk/pkg/dotc1z/c1zstore"
)

const syncsKept = 2

// write puts one full sync into the file and returns the number of grants. The file is complete when it returns.
func write(ctx context.Context, o options, file string) (int, error) {
	store, err := dotc1z.NewStore(ctx, file,
		dotc1z.WithEngine(c1zstore.Engine(o.engine)), dotc1z.WithTmpDir(o.out), dotc1z.WithSyncLimit(syncsKept))
	if err != nil {
		return 0, err
	}
	grants, err := writeSync(ctx, store, o)
	return grants, errors.Join(err, store.Close(ctx))
}

func writeSync(ctx context.Context, store c1zstore.Store, o options) (int, error) {
	if _, err := store.StartNewSync(ctx, connectorstore.SyncTypeFull, ""); err != nil {
		return 0, err
	}
	if err := store.PutResourceTypes(ctx, userType, groupType); err != nil {
		return 0, err
	}
	resources := batch[*v2.Resource]{size: o.batch, put: func(rows []*v2.Resource) error { return store.PutResources(ctx, rows...) }}
	for i := range o.tenant.users {
		row, err := user(i)
		if err = errors.Join(err, resources.add(row)); err != nil {
			return 0, err
		}
	}
	entitlements := batch[*v2.Entitlement]{size: o.batch, put: func(rows []*v2.Entitlement) error { return store.PutEntitlements(ctx, rows...) }}
	for i := range o.tenant.groups {
		row, err := group(i)
		if err = errors.Join(err, resources.add(row), entitlements.add(member(row))); err != nil {
			return 0, err
		}
	}
	grants := batch[*v2.Grant]{size: o.batch, put: func(rows []*v2.Grant) error { return store.PutGrants(ctx, rows...) }}
	for of, members := range o.tenant.members() {
		for _, i := range members {
			if err := grants.add(membership(i, of)); err != nil {
				return 0, err
			}
		}
	}
	if err := errors.Join(resources.flush(), entitlements.flush(), grants.flush()); err != nil {
		return 0, err
	}
	return grants.total, errors.Join(store.Cleanup(ctx), store.EndSync(ctx))
}

// batch hands rows on in portions of `size`.
type batch[R any] struct {
	size, total int
	put         func([]R) error
	rows        []R
}

func (b *batch[R]) add(row R) error {
	b.rows = append(b.rows, row)
	if len(b.rows) < b.size {
		return nil
	}
	return b.flush()
}

func (b *batch[R]) flush() error {
	rows := b.rows
	b.rows = nil
	if len(rows) == 0 {
		return nil
	}
	b.total += len(rows)
	return b.put(rows)
}

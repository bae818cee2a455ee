package toy

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Delays make the connector slow enough for a test to act meanwhile.
type Delays struct {
	// Page is waited before each list and each group's grants, Change before each change.
	Page, Change time.Duration
}

var groups = []string{"toy-group-1", "toy-group-2", "toy-group-3"}

// directory has a group without members, so that "nothing there" and "not read" differ.
type directory struct {
	delays  Delays
	mu      sync.Mutex
	users   []string
	members map[string][]string
}

func newDirectory(delays Delays) *directory {
	return &directory{
		delays: delays,
		users:  []string{"toy-user-1", "toy-user-2", "toy-user-3", "toy-user-4", "toy-user-5"},
		members: map[string][]string{
			"toy-group-1": {"toy-user-1", "toy-user-2", "toy-user-3"},
			"toy-group-2": {"toy-user-3", "toy-user-4"},
			"toy-group-3": {},
		},
	}
}

func (d *directory) awaitPage(ctx context.Context) error { return wait(ctx, d.delays.Page) }

func (d *directory) awaitChange(ctx context.Context) error { return wait(ctx, d.delays.Change) }

func wait(ctx context.Context, delay time.Duration) error {
	if delay <= 0 {
		return nil
	}
	select {
	case <-time.After(delay):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *directory) listUsers() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.users)
}

func (d *directory) listMembers(group string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.members[group])
}

func (d *directory) addUser(id string) (added bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if slices.Contains(d.users, id) {
		return false
	}
	d.users = append(d.users, id)
	return true
}

func (d *directory) deleteUser(id string) (found bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := len(d.users)
	d.users = slices.DeleteFunc(d.users, func(user string) bool { return user == id })
	return len(d.users) < before
}

func (d *directory) addMember(group, user string) (added bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if slices.Contains(d.members[group], user) {
		return false
	}
	d.members[group] = append(d.members[group], user)
	return true
}

func (d *directory) deleteMember(group, user string) (found bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := len(d.members[group])
	d.members[group] = slices.DeleteFunc(d.members[group], func(member string) bool { return member == user })
	return len(d.members[group]) < before
}

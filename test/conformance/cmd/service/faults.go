package main

import (
	"errors"
	"slices"
	"sync"

	"google.golang.org/grpc/codes"
)

// fault is one scripted disturbance.
type fault struct {
	number int
	On     faultMatch `json:"on"`
	// Acts are done in turn, one each time the fault strikes.
	Acts []faultAct `json:"acts"`
	// Times limits how often it strikes; 0 is without limit.
	Times int `json:"times"`

	matched, struck int
	perTask         map[string]int
	release         chan struct{}
}

// faultMatch names calls by what they are for.
type faultMatch struct {
	RPC  string `json:"rpc"`
	Task string `json:"taskId"`
	Kind string `json:"kind"`
	// Attempts are [first, last] of the calls of the same RPC for the same task, counted from 1 since the fault was set. A last of 0 is open.
	Attempts []int `json:"attempts"`
	// Every strikes each n-th of all matching calls.
	Every int `json:"every"`
}

// faultAct is what happens to a call. Without an action the call is only delayed.
type faultAct struct {
	Action  string     `json:"action"`
	When    string     `json:"when"`
	Code    codes.Code `json:"code"`
	Message string     `json:"message"`
	Status  int        `json:"status"`
	DelayMs int        `json:"delayMs"`
	// AtBytes lets it happen once so many bytes of an upload have come.
	AtBytes int64 `json:"atBytes"`

	fault *fault
}

var actions = []string{"", "status", "hold", "drop", "reset", "http", "html", "garbage", "empty", "truncated", "oversize"}

type faults struct {
	mu     sync.Mutex
	list   []*fault
	number int
}

func (f *faults) add(added *fault) (int, error) {
	if len(added.Acts) == 0 {
		return 0, errors.New("a fault needs acts")
	}
	for _, act := range added.Acts {
		if !slices.Contains(actions, act.Action) {
			return 0, errors.New("no action " + act.Action)
		}
		if act.When != "" && act.When != "before" && act.When != "after" {
			return 0, errors.New("when is before or after")
		}
		if act.Action == "status" && act.Code == codes.OK {
			return 0, errors.New("a status needs a code")
		}
	}
	if len(added.On.Attempts) != 0 && len(added.On.Attempts) != 2 {
		return 0, errors.New("attempts are first and last")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.number++
	added.number, added.perTask, added.release = f.number, map[string]int{}, make(chan struct{})
	f.list = append(f.list, added)
	return added.number, nil
}

// release lets go what a fault holds, and takes the fault away. Without a number it does so to all.
func (f *faults) clear(number int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = slices.DeleteFunc(f.list, func(set *fault) bool {
		gone := number == 0 || set.number == number
		if gone {
			close(set.release)
		}
		return gone
	})
}

// strike is the act that awaits a call, if any.
func (f *faults) strike(rpc, taskID, kind string) *faultAct {
	f.mu.Lock()
	defer f.mu.Unlock()
	var struck *faultAct
	for _, set := range f.list {
		if act := set.consider(rpc, taskID, kind); act != nil && struck == nil {
			set.struck++
			struck = act
		}
	}
	return struck
}

func (f *fault) consider(rpc, taskID, kind string) *faultAct {
	on := f.On
	if on.RPC != "" && on.RPC != rpc || on.Task != "" && on.Task != taskID || on.Kind != "" && on.Kind != kind {
		return nil
	}
	f.matched++
	key := rpc + " " + taskID
	f.perTask[key]++
	attempt := f.perTask[key]
	switch {
	case f.Times > 0 && f.struck >= f.Times,
		on.Every > 0 && f.matched%on.Every != 0,
		len(on.Attempts) == 2 && (attempt < on.Attempts[0] || on.Attempts[1] > 0 && attempt > on.Attempts[1]):
		return nil
	}
	act := f.Acts[f.struck%len(f.Acts)]
	act.fault = f
	return &act
}

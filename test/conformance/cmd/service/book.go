package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/segmentio/ksuid"

	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// book is what the platform knows of its tasks.
type book struct {
	mu    sync.Mutex
	tasks map[string]*task
	order []*task
	// queue has the tasks to hand out, out those that were and are not finished.
	queue []*task
	out   map[string]*task
	// lease is how long a task handed out stays so without a heartbeat.
	lease time.Duration
	// open counts the tasks whose end is not acknowledged.
	open int

	firstHanded, lastFinished time.Time
}

type taskState string

const (
	queued    taskState = "queued"
	handedOut taskState = "out"
	// delivered is the end of a task of which no more is expected: none.
	delivered taskState = "delivered"
	finished  taskState = "finished"
)

type task struct {
	message    *v1.Task
	kind       string
	state      taskState
	handed     int
	heartbeats int
	cancelled  bool
	settled    bool
	leaseUntil time.Time
	// uploads counts the files that came whole; tries counts all.
	uploads, tries int
	// finish is the first FinishTask that was taken in, finishes how often one was, acknowledged how often its answer went out.
	finish                 *v1.BatonServiceFinishTaskRequest
	finishes, acknowledged int
	acknowledgedAt         time.Time
	acknowledgedOn         *conn
}

func newBook() *book {
	return &book{tasks: map[string]*task{}, out: map[string]*task{}, lease: 5 * time.Minute}
}

// enqueue gives a task without an id a new one, and returns the id.
func (b *book) enqueue(message *v1.Task) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if message.GetId() == "" {
		message.SetId(ksuid.New().String())
	}
	if b.tasks[message.GetId()] != nil {
		return "", fmt.Errorf("task %q is there already", message.GetId())
	}
	added := &task{message: message, kind: kindOf(message), state: queued}
	b.tasks[message.GetId()] = added
	b.order = append(b.order, added)
	b.queue = append(b.queue, added)
	b.open++
	return message.GetId(), nil
}

// kindOf is the field of the task's work, for example sync_full, and unset where it has none.
func kindOf(message *v1.Task) string {
	reflected := message.ProtoReflect()
	oneof := reflected.Descriptor().Oneofs().ByName("task_type")
	if set := reflected.WhichOneof(oneof); set != nil {
		return string(set.Name())
	}
	return "unset"
}

// hand gives out up to a number of tasks: those whose lease ended, then those in the queue. Ids known to the client stay with it.
func (b *book) hand(most int, known []string, now time.Time) []*task {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range known {
		if held := b.out[id]; held != nil {
			held.leaseUntil = now.Add(b.lease)
		}
	}
	var given []*task
	for _, held := range b.out {
		if len(given) < most && !held.cancelled && now.After(held.leaseUntil) {
			given = append(given, held)
		}
	}
	for len(given) < most && len(b.queue) > 0 {
		given = append(given, b.queue[0])
		b.queue = b.queue[1:]
	}
	for _, next := range given {
		next.handed++
		next.leaseUntil = now.Add(b.lease)
		next.state = handedOut
		b.out[next.message.GetId()] = next
		if next.kind == "none" {
			b.close(next, delivered)
		}
	}
	if len(given) > 0 && b.firstHanded.IsZero() {
		b.firstHanded = now
	}
	return given
}

func (b *book) waiting() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.queue) > 0
}

func (b *book) close(t *task, state taskState) {
	t.state = state
	delete(b.out, t.message.GetId())
	if !t.settled {
		t.settled = true
		b.open--
	}
}

// heartbeat prolongs the lease and says whether the task is to stop, or which rule the beat breaks.
func (b *book) heartbeat(id string, now time.Time) (cancelled bool, rule string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := b.tasks[id]
	switch {
	case found == nil:
		return false, "heartbeat-unknown-task"
	case found.handed == 0:
		return false, "heartbeat-not-handed-out"
	}
	found.heartbeats++
	found.leaseUntil = now.Add(b.lease)
	if found.acknowledged > 0 {
		rule = "heartbeat-after-finish"
	}
	return found.cancelled, rule
}

func (b *book) cancel(id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := b.tasks[id]
	if found == nil {
		return fmt.Errorf("no task %q", id)
	}
	found.cancelled = true
	return nil
}

// uploading counts a try to upload for a task, or says which rule it breaks.
func (b *book) uploading(id string) (try int, rule string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := b.tasks[id]
	switch {
	case found == nil:
		return 0, "upload-unknown-task"
	case found.acknowledged > 0:
		rule = "upload-after-finish"
	}
	found.tries++
	return found.tries, rule
}

func (b *book) uploaded(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if found := b.tasks[id]; found != nil {
		found.uploads++
	}
}

func (b *book) kind(id string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if found := b.tasks[id]; found != nil {
		return found.kind
	}
	return ""
}

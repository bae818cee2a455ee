package main

import (
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

var errUnknownTask = errors.New("unknown task")

// finish takes in the end of a task. The rules it breaks are returned; only an unknown task is not taken in.
func (b *book) finish(request *v1.BatonServiceFinishTaskRequest) (repeat int, rules []string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := b.tasks[request.GetTaskId()]
	if found == nil {
		return 0, []string{"finish-unknown-task"}, errUnknownTask
	}
	if found.handed == 0 {
		rules = append(rules, "finish-not-handed-out")
	}
	if found.acknowledged > 0 && !found.acknowledgedOn.brokeSoonAfter(found.acknowledgedAt) {
		rules = append(rules, "finish-again")
	}
	if found.finish != nil && !proto.Equal(found.finish, request) {
		rules = append(rules, "finish-differs")
	}
	if found.finish == nil {
		found.finish = request
		rules = append(rules, brokenByFinish(found, request)...)
	}
	found.finishes++
	b.lastFinished = time.Now()
	if found.state == queued {
		b.unqueue(found)
	}
	found.state = finished
	delete(b.out, request.GetTaskId())
	return found.finishes - 1, rules, nil
}

func (b *book) unqueue(t *task) {
	for i, waiting := range b.queue {
		if waiting == t {
			b.queue = append(b.queue[:i:i], b.queue[i+1:]...)
			return
		}
	}
}

// acknowledge notes that the answer to a FinishTask, or to the Hello of a hello task, went out. It says whether that ended the last task.
func (b *book) acknowledge(id string, on *conn) (outcome fields, drained bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := b.tasks[id]
	if found == nil {
		return nil, false
	}
	found.acknowledged++
	found.acknowledgedAt, found.acknowledgedOn = time.Now(), on
	before := b.open
	b.close(found, finished)
	outcome = fields{"outcome": "hello"}
	if found.finish != nil {
		outcome = outcomeOf(found.finish)
		outcome["request"] = readable(found.finish)
	}
	outcome["taskId"], outcome["kind"], outcome["times"] = id, found.kind, found.acknowledged
	return outcome, before > 0 && b.open == 0
}

// abandon gives up on a cancelled task that the client will not finish.
func (b *book) abandon(id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := b.tasks[id]
	if found == nil {
		return fmt.Errorf("no task %q", id)
	}
	b.unqueue(found)
	b.close(found, delivered)
	return nil
}

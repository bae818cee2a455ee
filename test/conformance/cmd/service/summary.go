package main

import (
	"maps"
	"time"
)

// mark is a moment and how much had been done by then.
type mark struct {
	name                string
	at                  time.Time
	acknowledged, calls int
}

func (s *service) mark(name string) mark {
	s.book.mu.Lock()
	acknowledged := len(s.book.tasks) - s.book.open
	s.book.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	return mark{name: name, at: time.Now(), acknowledged: acknowledged, calls: s.calls}
}

// markNow sets a mark and compares it with the last.
func (s *service) markNow(name string) fields {
	now := s.mark(name)
	s.mu.Lock()
	last := s.marked
	s.marked = now
	s.mu.Unlock()
	seconds := now.at.Sub(last.at).Seconds()
	return fields{
		"name": name, "since": last.name, "seconds": seconds,
		"tasks": now.acknowledged - last.acknowledged, "tasksPerSecond": float64(now.acknowledged-last.acknowledged) / seconds,
		"calls": now.calls - last.calls, "callsPerSecond": float64(now.calls-last.calls) / seconds,
	}
}

// summary says of each task what became of it.
func (s *service) summary() fields {
	s.mu.Lock()
	counts, violations := maps.Clone(s.counts), s.broken
	s.mu.Unlock()
	s.book.mu.Lock()
	defer s.book.mu.Unlock()
	tasks, totals := []fields{}, map[string]int{}
	for _, t := range s.book.order {
		outcome := string(t.state)
		about := fields{}
		if t.finish != nil {
			about = outcomeOf(t.finish)
			outcome = about["outcome"].(string)
		}
		about["taskId"], about["kind"], about["state"] = t.message.GetId(), t.kind, t.state
		about["handed"], about["heartbeats"], about["uploads"] = t.handed, t.heartbeats, t.uploads
		about["finishes"], about["acknowledged"], about["cancelled"] = t.finishes, t.acknowledged, t.cancelled
		tasks = append(tasks, about)
		totals[outcome]++
	}
	seconds := 0.0
	if !s.book.firstHanded.IsZero() && s.book.lastFinished.After(s.book.firstHanded) {
		seconds = s.book.lastFinished.Sub(s.book.firstHanded).Seconds()
	}
	return fields{
		"tasks": tasks, "totals": totals, "open": s.book.open, "calls": counts, "violations": violations, "seconds": seconds,
	}
}

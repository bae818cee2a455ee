package main

import (
	"net/http"
	"time"
)

// tokenAnswer replaces the platform's own answer to a token request.
type tokenAnswer struct {
	Status  int    `json:"status"`
	Body    string `json:"body"`
	DelayMs int    `json:"delayMs"`
	// Hang never answers; Drop cuts the connection.
	Hang bool `json:"hang"`
	Drop bool `json:"drop"`
}

func (i *identities) script(answers []tokenAnswer, forever bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answers, i.forever = answers, forever
}

func (i *identities) scripted() *tokenAnswer {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.answers) == 0 {
		return nil
	}
	next := i.answers[0]
	if !i.forever || len(i.answers) > 1 {
		i.answers = i.answers[1:]
	}
	return &next
}

// now is the platform's time for assertions.
func (i *identities) now() time.Time {
	i.mu.Lock()
	defer i.mu.Unlock()
	return time.Now().Add(i.ahead)
}

func (s *service) serveToken(w http.ResponseWriter, r *http.Request, connection *conn) {
	about := fields{"userAgent": r.UserAgent(), "protocol": r.Proto}
	clientID, status, reason := "", http.StatusUnauthorized, ""
	if r.Method != http.MethodPost {
		status, reason = http.StatusMethodNotAllowed, "method is "+r.Method
	} else if kind := r.Header.Get("Content-Type"); kind != "application/x-www-form-urlencoded" {
		status, reason = http.StatusUnsupportedMediaType, "content type is "+kind
	} else if err := r.ParseForm(); err != nil {
		status, reason = http.StatusBadRequest, err.Error()
	} else if r.URL.RawQuery != "" {
		status, reason = http.StatusBadRequest, "the address has a query"
	} else {
		about["clientId"] = r.PostForm.Get("client_id")
		id, seen, err := s.identities.verify(r.PostForm, s.identities.now())
		about["assertion"] = seen
		if clientID = id; err != nil {
			reason = err.Error()
		} else {
			status = http.StatusOK
		}
	}
	if reason != "" {
		about["refused"] = reason
	}
	scripted := s.identities.scripted()
	if scripted != nil {
		about["scripted"] = scripted
	}
	s.count("Token")
	s.events.tell("token", about)
	if scripted != nil {
		answerScripted(w, r, scripted, connection)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Date", s.identities.now().UTC().Format(http.TimeFormat))
	if status != http.StatusOK {
		w.WriteHeader(status)
		writeJSON(w, fields{"error": "invalid_client", "error_description": reason})
		return
	}
	token, lasting := s.identities.issue(clientID)
	writeJSON(w, fields{"access_token": token, "token_type": "Bearer", "expires_in": int(lasting.Seconds())})
}

func answerScripted(w http.ResponseWriter, r *http.Request, answer *tokenAnswer, connection *conn) {
	wait := time.Duration(answer.DelayMs) * time.Millisecond
	if answer.Hang {
		wait = time.Hour
	}
	select {
	case <-time.After(wait):
	case <-r.Context().Done():
		return
	}
	if answer.Drop {
		connection.cut()
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(answer.Status)
	_, _ = w.Write([]byte(answer.Body))
}

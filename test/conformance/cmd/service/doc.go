// Command service is the platform's side of service mode: c1.connectorapi.baton.v1.BatonService made with the official
// stubs, and its token endpoint, both behind one TLS port of 127.0.0.1. It judges its clients (the SDK's own rules of
// fields, the signature and times of assertions, who finishes what) and disturbs them as told.
//
//	service --certificates DIR [--uploads DIR] [--port 0]
//
// It is told by JSON documents on stdin, one a line, and tells by JSON documents on stdout. It ends with its input.
//
// # Commands
//
// A command has an `id`, which its reply repeats: {"reply": 7, "number": 120, …} or {"reply": 7, "error": "…"}; `number` is that of the
// last event before.
//
//	{"id":1,"do":"enqueue","tasks":[Task as protobuf JSON, …],"copies":1,"unknownField":0} -> {"ids":["…"]}
//	      A task without an id gets a new one. copies repeats the list; unknownField (say 199) adds an empty member of that number,
//	      as a kind of task of the future would have: {"do":"enqueue","tasks":[{}],"unknownField":199}
//	{"do":"cancel","taskId":"…"}              its heartbeats are answered with cancelled from now on; it is not handed out again
//	{"do":"abandon","taskId":"…"}             no more is expected of it
//	{"do":"pace","idlePollMs":100,"busyPollMs":0,"nextHeartbeatMs":1000}
//	      what answers ask for: idle without a task, busy with one or while more wait; a field left out is absent in the answers
//	{"do":"lease","leaseMs":300000}           a task handed out is handed out again after so long without a heartbeat
//	{"do":"fault","fault":{"on":{…},"acts":[{…}],"times":1}} -> {"number":1}
//	      on: rpc (Hello GetTask GetTasks Heartbeat FinishTask UploadAsset), taskId, kind (grant, sync_full, …, unset),
//	          attempts [first,last] of this RPC for this task since the fault was set (last 0 is open), every (each n-th matching call);
//	          what is left out matches all
//	      acts, in turn, one each time the fault strikes:
//	          {"action":"status","code":"UNAVAILABLE","message":"…"}   {"action":"hold"} until released or the client gives up
//	          {"action":"drop"} the connection   {"action":"reset"} the stream   {"action":"http","status":502} a page
//	          {"action":"html"} a page with status 200   {"action":"garbage"} an answer that does not decode
//	          {"action":"empty"} status OK without a message   {"action":"truncated"}   {"action":"oversize"} 5 MiB
//	          "when":"before" (default) the call is handled or "after" (its answer is lost); "delayMs" waits first, also without
//	          an action; "atBytes" strikes when so much of an upload has come
//	      times: how often it strikes at most; 0 is always. Of several faults the first that strikes acts.
//	{"do":"release","number":1}               removes a fault and lets go what it holds; without a number, all
//	{"do":"limit","perSecond":5}              further calls of the second are RESOURCE_EXHAUSTED; 0 is without limit
//	{"do":"credentials","name":"other"} -> {"clientId":"other@localhost:PORT/spc","clientSecret":"secret-token:…"}
//	{"do":"accept","clientId":"name@localhost:PORT/ccc","publicKey":"…"}   lets in a client made elsewhere; the key is `x` of its JWK
//	{"do":"revoke","clientId":"…"}            its assertions and its tokens are refused from now on; other clients stay
//	{"do":"rotate-key","clientId":"…","keepOld":false} -> {"clientSecret":"…"}
//	{"do":"revoke-tokens"} -> {"revoked":1}   calls with tokens given so far are UNAUTHENTICATED
//	{"do":"token-life","expiresInMs":60000}
//	{"do":"clock","aheadMs":600000}           the token endpoint's clock is ahead of this machine's, or behind it
//	{"do":"token-answers","answers":[{"status":500,"body":"","delayMs":0,"hang":false,"drop":false}],"forever":false}
//	      replaces the next answers of the token endpoint; forever keeps the last
//	{"do":"certificate","name":"good"}        or untrusted, wrong-name, expired, old-tls (1.1); for connections to come
//	{"do":"down","gracefully":false}          stops listening; cuts connections, or says GOAWAY and waits for calls
//	{"do":"up"}                               listens again on the same port
//	{"do":"restart","downMs":1000,"gracefully":false}   both; the event listening tells when it is back
//	{"do":"silence","on":true}                connections stay open, no byte moves
//	{"do":"watch","events":["finished"]}      tells only these events; without events, all
//	{"do":"flush"}                            nothing; its reply comes after all that was told before
//	{"do":"mark","name":"warm"} -> {"since":"start","seconds":…,"tasks":…,"tasksPerSecond":…,"calls":…,"callsPerSecond":…}
//	{"do":"summary"} -> {"tasks":[{taskId,kind,state,handed,heartbeats,uploads,finishes,acknowledged,cancelled,outcome?,code?,message?}],
//	                     "totals":{"success":3,…},"open":0,"calls":{"GetTask":7,"Token":1,…},"violations":0,"seconds":…}
//	      acknowledged is more than 1 without a broken rule where a connection was cut right after the answer, so that it may be lost
//	      state: queued, out, finished, delivered (no more is expected); seconds from the first task out to the last FinishTask
//
// # Events
//
// Each has `event`, a `number` without gaps among those told, and `at`, milliseconds since the start.
//
//	ready            port, ca (file), clientId, clientSecret: the first line
//	token            clientId, refused (why; absent where accepted), scripted, assertion {header,claims}, userAgent, protocol
//	rpc              a call came: call, rpc, taskId, request (protobuf JSON; of an upload its metadata), userAgent, deadline (is there one)
//	answer           it is over: call, rpc, taskId, code, tampered (another answer was sent, or none)
//	fault            a fault strikes: fault, call, rpc, taskId, action, when
//	handed           taskId, kind, times
//	finish           a FinishTask was taken in: taskId, kind, outcome (success, failed, retryable), code, message, repeat
//	finished         and its answer went out: also times, request. For a hello task answered by Hello: outcome hello
//	drained          no task is left that is not finished
//	upload           taskId, try, bytes, chunkSizes [[size, how many], …], sha256, whole, file (of a whole one), code, text
//	listening        port
//	connection-error text, for example that a client refuses the certificate
//	violation        rule, text, rpc, taskId
//
// # Rules
//
//	authorization, missing-user-agent, unknown-rpc, field, hello-empty-field, poll-before-hello,
//	heartbeat-unknown-task, heartbeat-not-handed-out, heartbeat-after-finish,
//	finish-unknown-task, finish-not-handed-out, finish-again (after an answer that arrived), finish-differs (from the first),
//	finish-error-without-status, finish-success-with-status, finish-without-upload, finish-response-type, unreadable-any, invalid-any,
//	upload-unknown-task, upload-after-finish, upload-without-metadata, upload-metadata-again, upload-without-eof, upload-after-eof,
//	upload-chunk-too-large, upload-checksum
package main

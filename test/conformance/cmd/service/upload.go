package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

const largestChunk = 1 << 20

type uploadStream = grpc.ClientStreamingServer[v1.BatonServiceUploadAssetRequest, v1.BatonServiceUploadAssetResponse]

// upload is one try to bring a file.
type upload struct {
	file  *os.File
	hash  hash.Hash
	bytes int64
	// sizes has runs of chunks of one size: [size, how many].
	sizes [][2]int
	// sum is what the client says, once it has sent it.
	sum []byte
}

func (s *service) UploadAsset(stream uploadStream) error {
	ctx := stream.Context()
	first, err := stream.Recv()
	if err != nil {
		return endOfClient(ctx, err)
	}
	taskID := first.GetMetadata().GetTaskId()
	c := s.begin(ctx, "UploadAsset", taskID, withoutData(first))
	err = s.receive(ctx, c, stream, first)
	s.end(c, err)
	return err
}

func (s *service) receive(ctx context.Context, c *call, stream uploadStream, first *v1.BatonServiceUploadAssetRequest) error {
	if c.act != nil && c.act.AtBytes == 0 {
		if err := s.before(ctx, c, 0); err != nil {
			return err
		}
	}
	if err := s.admit(ctx, c); err != nil {
		return err
	}
	if err := s.validate(c, first); err != nil {
		return err
	}
	if !first.HasMetadata() {
		return s.refuse("upload-without-metadata", "the first message has none", c)
	}
	try, rule := s.book.uploading(c.taskID)
	if rule != "" {
		s.violation(rule, "the upload is for a task that does not run", c.rpc, c.taskID)
	}
	if rule == "upload-unknown-task" {
		return status.Error(codes.NotFound, "unknown task")
	}
	u := &upload{hash: sha256.New()}
	path, err := u.open(s.uploads, c.taskID, try)
	if err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	err = s.take(ctx, c, stream, u)
	whole := err == nil
	if u.file != nil {
		_ = u.file.Close()
		if !whole {
			_ = os.Remove(path)
			path = ""
		}
	}
	if whole {
		s.book.uploaded(c.taskID)
		err = s.conclude(ctx, c, stream)
	}
	s.events.tell("upload", fields{
		"taskId": c.taskID, "try": try, "bytes": u.bytes, "chunkSizes": u.sizes, "sha256": hex.EncodeToString(u.hash.Sum(nil)),
		"whole": whole, "file": path, "code": status.Code(err), "text": text(err),
	})
	return err
}

// take receives the messages after the first, up to the client's end.
func (s *service) take(ctx context.Context, c *call, stream uploadStream, u *upload) error {
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return endOfClient(ctx, err)
		}
		if size := len(message.GetData().GetData()); size > largestChunk {
			s.violation("upload-chunk-too-large", fmt.Sprintf("%d bytes", size), c.rpc, c.taskID)
		}
		if err := s.validate(c, message); err != nil {
			return err
		}
		if u.sum != nil {
			return s.refuse("upload-after-eof", "a message came after eof", c)
		}
		switch {
		case message.HasMetadata():
			return s.refuse("upload-metadata-again", "metadata came twice", c)
		case message.HasEof():
			u.sum = message.GetEof().GetSha256Checksum()
		default:
			if err := u.add(message.GetData().GetData()); err != nil {
				return status.Error(codes.Internal, err.Error())
			}
			if c.act != nil && c.act.AtBytes > 0 {
				if err := s.before(ctx, c, u.bytes); err != nil {
					return err
				}
			}
		}
	}
	if u.sum == nil {
		return s.refuse("upload-without-eof", "the stream ended without eof", c)
	}
	if string(u.sum) != string(u.hash.Sum(nil)) {
		return s.refuse("upload-checksum", "the sum is not that of the bytes", c)
	}
	return nil
}

// conclude answers an upload that came whole, if its token is still honoured and no fault is in the way.
func (s *service) conclude(ctx context.Context, c *call, stream uploadStream) error {
	if err := s.admit(ctx, c); err != nil {
		return err
	}
	if err := s.after(ctx, c); err != nil {
		return err
	}
	return stream.SendAndClose(&v1.BatonServiceUploadAssetResponse{})
}

func (s *service) refuse(rule, text string, c *call) error {
	s.violation(rule, text, c.rpc, c.taskID)
	return status.Error(codes.InvalidArgument, text)
}

func (u *upload) open(dir, taskID string, try int) (path string, err error) {
	if dir == "" {
		return "", nil
	}
	path = filepath.Join(dir, fmt.Sprintf("%s-%d.c1z", taskID, try))
	u.file, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	return path, err
}

func (u *upload) add(data []byte) error {
	_, _ = u.hash.Write(data)
	u.bytes += int64(len(data))
	if last := len(u.sizes) - 1; last >= 0 && u.sizes[last][0] == len(data) {
		u.sizes[last][1]++
	} else {
		u.sizes = append(u.sizes, [2]int{len(data), 1})
	}
	if u.file == nil {
		return nil
	}
	_, err := u.file.Write(data)
	return err
}

// withoutData keeps a file's bytes out of the events.
func withoutData(message *v1.BatonServiceUploadAssetRequest) *v1.BatonServiceUploadAssetRequest {
	if message.HasMetadata() {
		return message
	}
	return &v1.BatonServiceUploadAssetRequest{}
}

func endOfClient(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return status.FromContextError(ctx.Err()).Err()
	}
	if errors.Is(err, io.EOF) {
		return status.Error(codes.InvalidArgument, "the stream is empty")
	}
	return err
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

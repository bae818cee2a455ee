package toy

import (
	"context"
	"net"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/connectorclient"
	"github.com/conductorone/baton-sdk/pkg/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
)

// Start serves the connector over gRPC in memory, as the SDK's runner does over a socket, and returns its client.
func Start(ctx context.Context) (client types.ConnectorClient, stop func(), err error) {
	server, err := connectorbuilder.NewConnector(ctx, New(Delays{}))
	if err != nil {
		return nil, nil, err
	}
	listener := bufconn.Listen(1 << 20)
	grpcServer := grpc.NewServer()
	v2.RegisterConnectorServiceServer(grpcServer, server)
	v2.RegisterResourceTypesServiceServer(grpcServer, server)
	v2.RegisterResourcesServiceServer(grpcServer, server)
	v2.RegisterResourceGetterServiceServer(grpcServer, server)
	v2.RegisterEntitlementsServiceServer(grpcServer, server)
	v2.RegisterGrantsServiceServer(grpcServer, server)
	v2.RegisterAssetServiceServer(grpcServer, server)
	go func() { _ = grpcServer.Serve(listener) }()
	connection, err := grpc.NewClient("passthrough:///toy",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		grpcServer.Stop()
		return nil, nil, err
	}
	stop = func() {
		_ = connection.Close()
		grpcServer.Stop()
	}
	return connectorclient.NewConnectorClient(ctx, connection), stop, nil
}

package ai.ipai.connectors.database;

import ai.ipai.connectors.http.AddressGuard;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Connects to public addresses only. The very address that is connected to is looked at, so a name
 * that answers differently the second time gains nothing. Drivers make it by its name.
 */
public final class GuardedSocketFactory extends SocketFactory {
  @Override
  public Socket createSocket() {
    return new GuardedSocket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(address, port));
  }

  private static Socket connected(InetSocketAddress address) throws IOException {
    Socket socket = new GuardedSocket();
    socket.connect(address);
    return socket;
  }

  private static final class GuardedSocket extends Socket {
    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
      if (!(endpoint instanceof InetSocketAddress inet)
          || inet.getAddress() == null
          || AddressGuard.isPrivate(inet.getAddress())) {
        throw new ConnectException("a connector may not go to this address");
      }
      super.connect(endpoint, timeout);
    }
  }
}

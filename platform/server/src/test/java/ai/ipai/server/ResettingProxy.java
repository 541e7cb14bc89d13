package ai.ipai.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes bytes on to a server, until it is told to reset everybody. */
final class ResettingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean refusing;

  private ResettingProxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  static ResettingProxy to(int port) throws IOException {
    ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    ResettingProxy proxy = new ResettingProxy(listener, port);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Resets whatever is open; while refusing, every new connection at once. */
  void reset(boolean thenRefuse) throws IOException {
    refusing = thenRefuse;
    for (Socket socket : open) {
      try {
        abort(socket);
      } catch (IOException closedMeanwhile) {
        // As wanted.
      }
    }
    open.clear();
  }

  private static void abort(Socket socket) throws IOException {
    // Without lingering a close is a reset.
    if (!socket.isClosed()) {
      socket.setSoLinger(true, 0);
    }
    socket.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        if (refusing) {
          abort(client);
          continue;
        }
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(server);
        Thread.ofVirtual().start(() -> pump(client, server));
        Thread.ofVirtual().start(() -> pump(server, client));
      }
    } catch (IOException closed) {
      // The end of the test.
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      byte[] bytes = new byte[8192];
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        out.write(bytes, 0, read);
      }
    } catch (IOException reset) {
      // Both ends close.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    reset(true);
  }
}

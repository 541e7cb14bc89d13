package ai.ipai.testing.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a server and counts how often a client sends again after it has heard back. */
final class TurnCounter implements AutoCloseable {
  private final ServerSocket listening;
  private final String host;
  private final int port;
  private final AtomicInteger turns = new AtomicInteger();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  TurnCounter(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    this.listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  int turns() {
    return turns.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(host, port);
        open.add(client);
        open.add(server);
        AtomicBoolean heard = new AtomicBoolean(true);
        Thread.ofVirtual().start(() -> pass(client, server, () -> sent(heard)));
        Thread.ofVirtual().start(() -> pass(server, client, () -> heard.set(true)));
      }
    } catch (IOException closed) {
      // The end.
    }
  }

  private void sent(AtomicBoolean heard) {
    if (heard.getAndSet(false)) {
      turns.incrementAndGet();
    }
  }

  private static void pass(Socket from, Socket to, Runnable seen) {
    byte[] buffer = new byte[65_536];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        seen.run();
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException closed) {
      // The end of this connection.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}

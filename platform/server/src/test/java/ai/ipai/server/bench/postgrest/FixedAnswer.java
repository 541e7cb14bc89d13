package ai.ipai.server.bench.postgrest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A server that gives every request the same answer, in chunks, and closes. */
final class FixedAnswer implements AutoCloseable {
  private final ServerSocket socket;
  private final byte[] answer;

  private FixedAnswer(ServerSocket socket, byte[] answer) {
    this.socket = socket;
    this.answer = answer;
  }

  static FixedAnswer start(int status, String headers, String body) throws IOException {
    String text =
        "HTTP/1.1 "
            + status
            + " x\r\n"
            + headers
            + "\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(body.length())
            + "\r\n"
            + body
            + "\r\n0\r\n\r\n";
    FixedAnswer server =
        new FixedAnswer(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            text.getBytes(StandardCharsets.UTF_8));
    Thread.ofVirtual().start(server::serve);
    return server;
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        answer(client);
      } catch (IOException closed) {
        // The next, unless the server itself is.
      }
    }
  }

  private void answer(Socket client) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
    int length = 0;
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      if (line.startsWith("Content-Length: ")) {
        length = Integer.parseInt(line.substring("Content-Length: ".length()));
      }
    }
    for (int i = 0; i < length; i++) {
      in.read();
    }
    client.getOutputStream().write(answer);
    client.getOutputStream().flush();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

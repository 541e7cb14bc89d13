package ai.ipai.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Writes bytes as they stand and reads what comes back until the server closes or falls silent. */
final class RawHttp implements AutoCloseable {
  private final Socket socket;

  RawHttp(String apiUrl) throws IOException {
    URI uri = URI.create(apiUrl);
    socket = new Socket(uri.getHost(), uri.getPort());
    socket.setSoTimeout(3_000);
  }

  RawHttp send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  /** All that comes; ends at the close or after three silent seconds. */
  String read() throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = socket.getInputStream();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        text.append((char) b);
      }
    } catch (SocketTimeoutException silent) {
      text.append("<silent>");
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

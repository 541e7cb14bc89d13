package ai.ipai.server.bench.postgrest;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over one connection at a time, adding nothing to a request that a spec does not say,
 * beyond {@code Host} and the length: clients of the JDK and others refuse or rewrite some of what
 * specs send. For one thread.
 */
final class WireClient implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int ANSWER_MILLIS = 60_000;
  private static final int MAX_BODY_BYTES = 64 << 20;

  private final URI server;
  private @Nullable Socket socket;
  private @Nullable InputStream input;

  WireClient(URI server) {
    this.server = server;
  }

  Response exchange(Request request) throws IOException {
    boolean reused = socket != null;
    try {
      return attempt(request);
    } catch (IOException failed) {
      close();
      if (!reused) {
        throw failed;
      }
      // The server may have closed an idle connection meanwhile.
      return attempt(request);
    }
  }

  private Response attempt(Request request) throws IOException {
    Socket connected = connected();
    connected.getOutputStream().write(bytes(request));
    connected.getOutputStream().flush();
    InputStream in = input;
    if (in == null) {
      throw new EOFException("not connected");
    }
    Response response = read(in, request.method().equals("HEAD"));
    boolean closes =
        header(response.headers(), "connection").map("close"::equalsIgnoreCase).orElse(false);
    if (closes) {
      close();
    }
    return response;
  }

  private Socket connected() throws IOException {
    Socket open = socket;
    if (open == null) {
      open = new Socket();
      open.setTcpNoDelay(true);
      open.setSoTimeout(ANSWER_MILLIS);
      int port = server.getPort() < 0 ? 80 : server.getPort();
      open.connect(new InetSocketAddress(server.getHost(), port), CONNECT_MILLIS);
      socket = open;
      input = new BufferedInputStream(open.getInputStream());
    }
    return open;
  }

  private byte[] bytes(Request request) throws IOException {
    String prefix = server.getRawPath() == null ? "" : server.getRawPath().replaceAll("/+$", "");
    StringBuilder head = new StringBuilder();
    head.append(request.method()).append(' ').append(prefix).append(request.encodedTarget());
    head.append(" HTTP/1.1\r\n");
    if (header(request.headers(), "host").isEmpty()) {
      head.append("Host: ").append(server.getRawAuthority()).append("\r\n");
    }
    for (Header header : request.headers()) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    boolean sendsBody = request.body().length > 0 || request.method().startsWith("P");
    if (sendsBody && header(request.headers(), "content-length").isEmpty()) {
      head.append("Content-Length: ").append(request.body().length).append("\r\n");
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    all.write(request.body());
    return all.toByteArray();
  }

  static Optional<String> header(List<Header> headers, String name) {
    return headers.stream().filter(one -> one.is(name)).map(Header::value).findFirst();
  }

  private Response read(InputStream in, boolean isHead) throws IOException {
    String[] status = line(in).split(" ", 3);
    if (status.length < 2) {
      throw new IOException("that is not HTTP");
    }
    int code = Integer.parseInt(status[1]);
    List<Header> headers = headers(in);
    if (code == 100) {
      return read(in, isHead);
    }
    boolean bodiless = isHead || code == 204 || code == 304;
    return new Response(code, headers, bodiless ? new byte[0] : body(in, headers));
  }

  private static List<Header> headers(InputStream in) throws IOException {
    List<Header> headers = new ArrayList<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IOException("a header has no colon");
      }
      headers.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return headers;
  }

  private byte[] body(InputStream in, List<Header> headers) throws IOException {
    if (header(headers, "transfer-encoding").map("chunked"::equalsIgnoreCase).orElse(false)) {
      return chunks(in);
    }
    Optional<String> length = header(headers, "content-length");
    if (length.isPresent()) {
      return exactly(in, Integer.parseInt(length.get()));
    }
    byte[] rest = in.readNBytes(MAX_BODY_BYTES);
    close();
    return rest;
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
      if (size == 0) {
        headers(in);
        return all.toByteArray();
      }
      all.write(exactly(in, size));
      line(in);
    }
  }

  private static byte[] exactly(InputStream in, int size) throws IOException {
    if (size > MAX_BODY_BYTES) {
      throw new IOException("the answer is longer than " + MAX_BODY_BYTES + " bytes");
    }
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("the answer ends early");
    }
    return bytes;
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection was closed");
      }
      line.write(c);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  @Override
  public void close() {
    Socket open = socket;
    socket = null;
    input = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException gone) {
        // It is what we want.
      }
    }
  }
}

package ai.ipai.server;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;

/** A mail server of this machine; a script reads what came by HTTP. */
final class Mailboxes implements AutoCloseable {
  private final GreenMail mail =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private final HttpServer server;

  Mailboxes() throws IOException {
    mail.start();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  String smtpUrl() {
    return "smtp://127.0.0.1:" + mail.getSmtp().getPort();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private void answer(HttpExchange exchange) throws IOException {
    Map<String, String> asked = LoopbackProvider.form(exchange.getRequestURI().getRawQuery());
    long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    Optional<String> found = Optional.empty();
    while (found.isEmpty() && System.nanoTime() < until) {
      mail.waitForIncomingEmail(50, 1);
      found =
          find(
              Objects.requireNonNull(asked.get("to")),
              Objects.requireNonNull(asked.get("subject")));
    }
    byte[] body = found.orElse("").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(found.isPresent() ? 200 : 404, body.length + 1L);
    exchange.getResponseBody().write(body);
    exchange.getResponseBody().write('\n');
    exchange.close();
  }

  /** The newest such mail. */
  Optional<String> find(String to, String subject) throws IOException {
    Optional<String> newest = Optional.empty();
    try {
      for (MimeMessage message : mail.getReceivedMessages()) {
        if (message.getRecipients(Message.RecipientType.TO)[0].toString().equals(to)
            && message.getSubject().equals(subject)) {
          newest = Optional.of(message.getContent().toString().replace("\r", ""));
        }
      }
    } catch (MessagingException e) {
      throw new IOException(e);
    }
    return newest;
  }

  @Override
  public void close() {
    server.stop(0);
    mail.stop();
  }
}

package ai.ipai.gateway.auth;

import ai.ipai.spi.error.IpaiException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes and sends the mails of {@code /auth/v1}, beside the request that asks: an answer takes as
 * long, and looks the same, whether or not there is somebody to write to.
 */
final class ProofMail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProofMail.class);
  private static final int MAX_WAITING = 1_000;
  private static final int AT_A_TIME = 4;
  private static final int TRIES = 3;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final @Nullable Mailer mailer;
  private final Supplier<String> apiUrl;
  private final Semaphore waiting = new Semaphore(MAX_WAITING);
  private final Semaphore sending = new Semaphore(AT_A_TIME);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Work that may find somebody to write to. */
  @FunctionalInterface
  interface Writing {
    Optional<Mailer.Mail> write() throws Exception;
  }

  ProofMail(@Nullable Mailer mailer, Supplier<String> apiUrl) {
    this.mailer = mailer;
    this.apiUrl = apiUrl;
  }

  boolean isThere() {
    return mailer != null;
  }

  /** Throws {@code GW-030} where no mail server is set. */
  void require() {
    if (mailer == null) {
      throw AuthFaults.noMail();
    }
  }

  /** Does it beside the caller; what fails stands in the log. */
  void later(Writing writing) {
    Mailer server = mailer;
    if (server == null || !waiting.tryAcquire()) {
      LOG.warn("a mail is not sent: {}", server == null ? "no mail server" : "too many wait");
      return;
    }
    threads.execute(
        () -> {
          try {
            writing.write().ifPresent(mail -> send(server, mail));
          } catch (Exception e) {
            LOG.warn("a mail could not be written", e);
          } finally {
            waiting.release();
          }
        });
  }

  private void send(Mailer server, Mailer.Mail mail) {
    sending.acquireUninterruptibly();
    try {
      for (int attempt = 1; ; attempt++) {
        try {
          server.send(mail);
          return;
        } catch (IpaiException e) {
          if (attempt == TRIES) {
            LOG.warn("a mail could not be sent", e);
            return;
          }
          Thread.sleep(PAUSE);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sending.release();
    }
  }

  /** The address that a mail links to. */
  String link(Proof proof, String type, String destination) {
    return apiUrl.get()
        + "/auth/v1/verify?token="
        + encoded(proof.token())
        + "&type="
        + encoded(type)
        + "&redirect_to="
        + encoded(destination);
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /**
   * A mail with both forms of a proof.
   *
   * @param type as {@code /verify} takes it
   */
  Mailer.Mail mail(String to, Proof proof, String type, String destination) {
    String purpose =
        switch (type) {
          case "signup" -> "Confirm your address";
          case "invite" -> "You have been invited";
          case "recovery" -> "Reset your password";
          case "email_change" -> "Confirm the change of your address";
          case "reauthentication" -> "Confirm that it is you";
          default -> "Sign in";
        };
    String link =
        type.equals("reauthentication")
            ? ""
            : "Follow this link:\n\n" + link(proof, type, destination) + "\n\nor e";
    return new Mailer.Mail(
        to,
        purpose,
        purpose
            + "\n\n"
            + (link.isEmpty() ? "E" : link)
            + "nter this code:\n\n"
            + proof.digits()
            + "\n\nBoth count once and for an hour. If you did not ask for this, do nothing:"
            + " without the link or the code nothing happens.\n");
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

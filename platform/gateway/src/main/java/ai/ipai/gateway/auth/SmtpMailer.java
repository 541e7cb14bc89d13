package ai.ipai.gateway.auth;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.error.IpaiException;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Mail by SMTP: {@code smtps://} speaks TLS from the first byte, {@code smtp://} demands STARTTLS
 * before it says anything worth hearing, except to this machine itself.
 */
public final class SmtpMailer implements Mailer {
  private static final String TIMEOUT_MILLIS = "10000";

  private final Session session;
  private final InternetAddress from;

  /**
   * Connects when something is sent.
   *
   * @param server such as {@code smtps://mail.example.com:465}
   * @param user empty where the server asks for none
   * @param password of the user; asked for each time
   */
  public SmtpMailer(
      URI server, Optional<String> user, Supplier<Optional<String>> password, String from) {
    this.from = address(from);
    boolean isTls = "smtps".equals(server.getScheme());
    String protocol = isTls ? "smtps" : "smtp";
    String prefix = "mail." + protocol + ".";
    Properties settings = new Properties();
    settings.setProperty("mail.transport.protocol", protocol);
    settings.setProperty(prefix + "host", server.getHost());
    settings.setProperty(
        prefix + "port",
        Integer.toString(server.getPort() > 0 ? server.getPort() : isTls ? 465 : 587));
    settings.setProperty(prefix + "connectiontimeout", TIMEOUT_MILLIS);
    settings.setProperty(prefix + "timeout", TIMEOUT_MILLIS);
    settings.setProperty(prefix + "writetimeout", TIMEOUT_MILLIS);
    settings.setProperty(prefix + "ssl.checkserveridentity", "true");
    if (!isTls) {
      settings.setProperty(prefix + "starttls.enable", "true");
      settings.setProperty(
          prefix + "starttls.required", Boolean.toString(!isLoopback(server.getHost())));
    }
    if (user.isPresent()) {
      settings.setProperty(prefix + "auth", "true");
    }
    this.session =
        Session.getInstance(
            settings,
            new Authenticator() {
              @Override
              protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(user.orElse(""), password.get().orElse(""));
              }
            });
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  private static InternetAddress address(String text) {
    try {
      InternetAddress[] parsed = InternetAddress.parse(text, true);
      if (parsed.length == 1) {
        return parsed[0];
      }
    } catch (MessagingException e) {
      throw notAnAddress(e);
    }
    throw notAnAddress(null);
  }

  private static IpaiException notAnAddress(@Nullable Exception e) {
    return new IpaiException(GatewayErrors.PARAMETER_INVALID, "this is not one mail address", e)
        .hint("Set IPAI_MAIL_FROM to an address such as Lakehouse <no-reply@example.com>.");
  }

  @Override
  public void send(Mail mail) {
    try {
      MimeMessage message = new MimeMessage(session);
      message.setFrom(from);
      message.setRecipient(Message.RecipientType.TO, new InternetAddress(mail.to(), true));
      message.setSubject(mail.subject(), StandardCharsets.UTF_8.name());
      message.setText(mail.text(), StandardCharsets.UTF_8.name());
      message.setSentDate(Date.from(Instant.now()));
      message.setHeader("Auto-Submitted", "auto-generated");
      Transport.send(message);
    } catch (MessagingException e) {
      throw new IpaiException(
              GatewayErrors.PROVIDER_FAILED, "the mail server did not take a mail", e)
          .hint("See the log; check IPAI_SMTP_URL and IPAI_SMTP_PASSWORD.");
    }
  }
}

package ai.ipai.gateway.auth;

/** Sends one mail and returns when the mail server has taken it. */
@FunctionalInterface
public interface Mailer {
  /** What is sent: plain text to one mailbox. */
  record Mail(String to, String subject, String text) {}

  /** Throws {@code IpaiException} where the mail server does not take it. */
  void send(Mail mail);
}

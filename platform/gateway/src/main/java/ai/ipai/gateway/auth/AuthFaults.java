package ai.ipai.gateway.auth;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;

/** Failures in the words of Supabase Auth, whose clients decide by {@code error_code}. */
final class AuthFaults {
  private AuthFaults() {}

  private static IpaiException fault(ErrorCode code, String authCode, String message) {
    return new IpaiException(code, message).fact("authCode", authCode);
  }

  static IpaiException refused(String authCode, String message) {
    return fault(GatewayErrors.ACCOUNT_REFUSED, authCode, message);
  }

  static IpaiException invalid(String message) {
    return fault(GatewayErrors.PARAMETER_INVALID, "validation_failed", message);
  }

  static IpaiException signIn(String authCode, String message) {
    return fault(GatewayErrors.SIGN_IN_REFUSED, authCode, message);
  }

  static IpaiException forbidden(String authCode, String message) {
    return fault(GatewayErrors.PROOF_REFUSED, authCode, message);
  }

  static IpaiException absent(String authCode, String message) {
    return fault(GatewayErrors.ACCOUNT_NOT_FOUND, authCode, message);
  }

  static IpaiException throttled(String authCode, String message, int seconds) {
    return fault(GatewayErrors.SIGN_IN_THROTTLED, authCode, message)
        .fact("retryAfterSeconds", Math.max(1, seconds));
  }

  static IpaiException emailExists() {
    return refused("email_exists", "A user with this email address has already been registered");
  }

  static IpaiException proofExpired() {
    return forbidden("otp_expired", "Token has expired or is invalid");
  }

  static IpaiException noMail() {
    return refused("email_provider_disabled", "This server sends no mail")
        .hint("Set IPAI_SMTP_URL and IPAI_MAIL_FROM.");
  }

  static IpaiException weak(String message) {
    return refused("weak_password", message).fact("weakness", "length");
  }
}

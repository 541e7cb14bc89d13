package ai.ipai.gateway.auth;

import java.util.Optional;
import java.util.UUID;

/**
 * What is mailed to whoever says that a mailbox is theirs: a link's token and six digits, either of
 * which counts once.
 *
 * @param token in the link
 * @param digits to type
 */
record Proof(String token, String digits) {
  /** What it proves; the names are Supabase Auth's. */
  enum Kind {
    CONFIRMATION("confirmation_token"),
    RECOVERY("recovery_token"),
    REAUTHENTICATION("reauthentication_token"),
    EMAIL_CHANGE_NEW("email_change_token_new"),
    EMAIL_CHANGE_CURRENT("email_change_token_current");

    private final String column;

    Kind(String column) {
      this.column = column;
    }

    /** As {@code auth.one_time_token_type} spells it. */
    String column() {
      return column;
    }
  }

  /**
   * A proof that was brought back; it is gone from the database.
   *
   * @param email the mailbox that it proves
   * @param flow of the browser that asked for it, where it keeps a code verifier
   */
  record Used(UUID userId, Kind kind, String email, Optional<UUID> flow) {}

  /** Says nothing of what it holds. */
  @Override
  public String toString() {
    return "Proof";
  }
}

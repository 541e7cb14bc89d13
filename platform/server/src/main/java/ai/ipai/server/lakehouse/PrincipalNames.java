package ai.ipai.server.lakehouse;

import ai.ipai.gateway.auth.AccountStore;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What people call the principals of the audit log, which keeps a user's unchanging id. Asked only
 * for principals in entries that the caller was shown, and for the words of a search.
 */
public interface PrincipalNames {
  /** Where accounts are another's: every principal keeps its id. */
  PrincipalNames NONE =
      new PrincipalNames() {
        @Override
        public Map<String, String> of(Collection<String> principals) {
          return Map.of();
        }

        @Override
        public Optional<String> principalOf(String email) {
          return Optional.empty();
        }
      };

  /** E-mail by principal, for the users among them. */
  Map<String, String> of(Collection<String> principals) throws SQLException;

  /** The principal whose e-mail this is. */
  Optional<String> principalOf(String email) throws SQLException;

  /** By the accounts of the platform's own sign-in; none where Supabase Auth keeps them. */
  static PrincipalNames of(AccountStore accounts) throws SQLException {
    return accounts.isOurs() ? new AccountNames(accounts) : NONE;
  }

  /** By accounts. */
  record AccountNames(AccountStore accounts) implements PrincipalNames {
    private static final String USER = "user:";

    @Override
    public Map<String, String> of(Collection<String> principals) throws SQLException {
      Map<UUID, String> byId = new TreeMap<>();
      for (String principal : principals) {
        if (principal.startsWith(USER)) {
          id(principal).ifPresent(id -> byId.put(id, principal));
        }
      }
      Map<String, String> names = new TreeMap<>();
      accounts.emails(byId.keySet()).forEach((id, email) -> names.put(byId.get(id), email));
      return names;
    }

    private static Optional<UUID> id(String principal) {
      try {
        return Optional.of(UUID.fromString(principal.substring(USER.length())));
      } catch (IllegalArgumentException notAnId) {
        return Optional.empty();
      }
    }

    @Override
    public Optional<String> principalOf(String email) throws SQLException {
      return email.contains("@")
          ? accounts.find(email).map(account -> USER + account.id())
          : Optional.empty();
    }
  }
}

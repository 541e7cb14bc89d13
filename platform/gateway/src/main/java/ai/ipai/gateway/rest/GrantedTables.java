package ai.ipai.gateway.rest;

import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.spi.name.QualifiedName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Tables of the layers that the policies in force open to the caller; other schemas are their
 * owners' and as PostgreSQL's privileges say.
 */
final class GrantedTables implements Visibility {
  private static final Pattern LAYER = Pattern.compile("(bronze|silver|gold|platinum)_.*");

  private final CallerTransactions transactions;

  GrantedTables(CallerTransactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Predicate<QualifiedName> of(RestCaller asking) throws SQLException {
    Optional<Caller> caller = asking.identity();
    if (caller.isEmpty() || !asking.role().equals("authenticated")) {
      return _ -> true;
    }
    Set<QualifiedName> open =
        transactions.run(
            caller.get(),
            CallerOptions.reading(),
            connection -> {
              Set<QualifiedName> names = new HashSet<>();
              try (PreparedStatement statement =
                      connection.prepareStatement(
                          "select schema_name, table_name from ipai.visible_tables()");
                  ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                  names.add(QualifiedName.of(rows.getString(1), rows.getString(2)));
                }
              }
              return names;
            });
    return name -> !LAYER.matcher(name.schema()).matches() || open.contains(name);
  }
}

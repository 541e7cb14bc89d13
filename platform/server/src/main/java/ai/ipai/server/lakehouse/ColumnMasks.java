package ai.ipai.server.lakehouse;

import ai.ipai.governance.access.Asked;
import ai.ipai.governance.access.ExplainAccess;
import ai.ipai.governance.access.Explanation.Because;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** How a caller sees the columns of a table. */
@FunctionalInterface
public interface ColumnMasks {
  /** The masked columns with what hides them, for people; columns in the clear are left out. */
  Map<String, String> of(Caller caller, QualifiedName table) throws SQLException;

  /** What the rules in force say. */
  static ColumnMasks of(ExplainAccess access) {
    return (caller, table) -> {
      Map<String, String> masks = new HashMap<>();
      for (Because column : access.columns(new Asked(caller, table, false))) {
        if (!column.effect().startsWith("clear")) {
          masks.put(column.what(), column.effect().replaceFirst(" for all but .*", ""));
        }
      }
      return masks;
    };
  }
}

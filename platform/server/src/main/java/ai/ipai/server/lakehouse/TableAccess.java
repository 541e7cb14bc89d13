package ai.ipai.server.lakehouse;

import ai.ipai.governance.access.Asked;
import ai.ipai.governance.access.ExplainAccess;
import ai.ipai.governance.access.Explanation.Because;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** How a caller sees a table. */
@FunctionalInterface
public interface TableAccess {
  /**
   * What the rules do to a caller's view of a table.
   *
   * @param seesRows whether they see any; only who sees none is told what would change that
   */
  Seen of(Caller caller, QualifiedName table, boolean seesRows) throws SQLException;

  /**
   * What the rules do to one caller's view of a table.
   *
   * @param masks the masked columns with what hides them, for people; columns in the clear are left
   *     out
   * @param cure what lets a caller see rows who sees none though the rules let them read; else
   *     empty
   */
  record Seen(Map<String, String> masks, String cure) {
    public Seen {
      masks = Map.copyOf(masks);
    }
  }

  /** What the rules in force say. */
  static TableAccess of(ExplainAccess access) {
    return (caller, table, seesRows) -> {
      Asked asked = new Asked(caller, table, false);
      Map<String, String> masks = new HashMap<>();
      for (Because column : access.columns(asked)) {
        if (!column.effect().startsWith("clear")) {
          masks.put(
              column.what(),
              column.effect().replaceFirst(": the table is bronze .*| for all but .*", ""));
        }
      }
      return new Seen(masks, seesRows ? "" : access.explain(asked).cure());
    };
  }
}

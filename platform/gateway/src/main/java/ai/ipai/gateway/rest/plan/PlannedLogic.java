package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.request.Operation;
import java.util.List;

/** Conditions on the rows of one table. */
public sealed interface PlannedLogic {
  /** Several, of which any or all hold. */
  record Group(boolean isNegated, boolean isAny, List<PlannedLogic> members)
      implements PlannedLogic {
    public Group {
      members = List.copyOf(members);
    }
  }

  /** On one column. */
  record Single(PlannedField field, boolean isNegated, Operation operation)
      implements PlannedLogic {}

  /** Whether there are embedded rows; {@code isNegated} for {@code not.is.null}. */
  record Embedded(boolean isNegated, String alias) implements PlannedLogic {}
}

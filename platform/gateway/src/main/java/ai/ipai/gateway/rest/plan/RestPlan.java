package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.catalog.Routine;
import ai.ipai.gateway.rest.request.Action;
import ai.ipai.gateway.rest.request.MediaType;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.TreeSet;

/** What a request comes to. */
public sealed interface RestPlan {
  /** The rows of the answer. */
  ReadPlan read();

  Negotiation negotiation();

  /** Whether PostgreSQL is to refuse writes. */
  boolean isReadOnly();

  default boolean isExplained() {
    return negotiation().type() instanceof MediaType.Explained;
  }

  /** Tables and functions that it touches, for the audit log. */
  default String objects() {
    TreeSet<String> names = new TreeSet<>();
    for (ReadPlan one : read().all()) {
      if (!one.from().equals(ReadPlanner.SOURCE)) {
        names.add(one.from().toString());
      }
    }
    String main = main().toString();
    names.remove(main);
    List<String> all = new java.util.ArrayList<>(names);
    all.addFirst(main);
    return String.join(", ", all);
  }

  /** The table or function of the URL. */
  QualifiedName main();

  /**
   * Reads.
   *
   * @param runsForeignCode whether functions may run that neither PostgreSQL nor the platform
   *     brought
   */
  record ReadRows(
      ReadPlan read,
      Negotiation negotiation,
      QualifiedName main,
      boolean headersOnly,
      boolean runsForeignCode)
      implements RestPlan {
    @Override
    public boolean isReadOnly() {
      return true;
    }
  }

  /** Writes. */
  record WriteRows(
      ReadPlan read,
      Negotiation negotiation,
      QualifiedName main,
      WritePlan write,
      Action.Change change)
      implements RestPlan {
    @Override
    public boolean isReadOnly() {
      return false;
    }
  }

  /** Calls. */
  record CallRoutine(
      ReadPlan read,
      Negotiation negotiation,
      QualifiedName main,
      CallPlan call,
      Action.Method method)
      implements RestPlan {
    @Override
    public boolean isReadOnly() {
      return method != Action.Method.POST
          || call.routine().volatility() != Routine.Volatility.VOLATILE;
    }
  }
}

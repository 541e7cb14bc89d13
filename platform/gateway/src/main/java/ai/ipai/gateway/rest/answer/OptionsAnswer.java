package ai.ipai.gateway.rest.answer;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.rest.catalog.Routine;
import ai.ipai.gateway.rest.catalog.Table;
import java.util.List;
import java.util.Map;

/** Answers to {@code OPTIONS}: which methods there are. */
public final class OptionsAnswer {
  private OptionsAnswer() {}

  public static Answer root() {
    return allow("OPTIONS,GET,HEAD");
  }

  public static Answer of(Table table) {
    StringBuilder methods = new StringBuilder("OPTIONS,GET,HEAD");
    boolean isPuttable =
        table.isInsertable() && table.isUpdatable() && !table.primaryKey().isEmpty();
    methods.append(table.isInsertable() ? ",POST" : "");
    methods.append(isPuttable ? ",PUT" : "");
    methods.append(table.isUpdatable() ? ",PATCH" : "");
    methods.append(table.isDeletable() ? ",DELETE" : "");
    return allow(methods.toString());
  }

  public static Answer of(Routine routine) {
    return allow(
        routine.volatility() == Routine.Volatility.VOLATILE
            ? "OPTIONS,POST"
            : "OPTIONS,GET,HEAD,POST");
  }

  private static Answer allow(String methods) {
    return new Answer(
        200,
        Map.of("Allow", List.of(methods), "Access-Control-Allow-Origin", List.of("*")),
        new byte[0]);
  }
}

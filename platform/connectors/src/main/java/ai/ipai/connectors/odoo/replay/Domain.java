package ai.ipai.connectors.odoo.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An Odoo domain: leaves and operators in prefix notation, joined by an implicit and.
 *
 * @param mentionsActive whether it says something about archived records itself
 */
record Domain(Predicate<ObjectNode> test, boolean mentionsActive) {

  static Domain parse(JsonNode domain, LeafCompiler leaves) {
    List<JsonNode> tokens = new ArrayList<>();
    domain.forEach(tokens::add);
    boolean mentionsActive = false;
    Deque<Predicate<ObjectNode>> stack = new ArrayDeque<>();
    for (int i = tokens.size() - 1; i >= 0; i--) {
      JsonNode token = tokens.get(i);
      if (token.isArray()) {
        stack.push(leaf(token, leaves));
        mentionsActive |= token.get(0).isString() && token.get(0).stringValue().equals("active");
        continue;
      }
      switch (token.stringValue("")) {
        case "&" -> stack.push(pop(stack).and(pop(stack)));
        case "|" -> stack.push(pop(stack).or(pop(stack)));
        case "!" -> stack.push(pop(stack).negate());
        default -> throw OdooFault.value("Invalid leaf " + token);
      }
    }
    Predicate<ObjectNode> all = row -> true;
    while (!stack.isEmpty()) {
      all = all.and(stack.pop());
    }
    return new Domain(all, mentionsActive);
  }

  private static Predicate<ObjectNode> pop(Deque<Predicate<ObjectNode>> stack) {
    @Nullable Predicate<ObjectNode> top = stack.poll();
    if (top == null) {
      throw OdooFault.value("Domain has an operator without enough operands");
    }
    return top;
  }

  private static Predicate<ObjectNode> leaf(JsonNode token, LeafCompiler leaves) {
    if (token.size() != 3) {
      throw OdooFault.value(
          "not enough values to unpack (expected 3, got %d)".formatted(token.size()));
    }
    if (token.get(0).isNumber()) {
      boolean value = token.get(0).longValue() == token.get(2).longValue();
      return row -> value;
    }
    return leaves.compile(token.get(0).stringValue(), token.get(1).stringValue(), token.get(2));
  }
}

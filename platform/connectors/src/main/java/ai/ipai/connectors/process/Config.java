package ai.ipai.connectors.process;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program's configuration as JSON, its secrets resolved.
 *
 * @param secrets what it holds of them, in every spelling in which a program might repeat it
 */
record Config(String json, List<String> secrets) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_SAID = 500;

  Config {
    secrets = secrets.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }

  static Config resolved(Map<String, ?> values, UnaryOperator<String> vault) {
    List<String> secrets = new ArrayList<>();
    UnaryOperator<String> noting =
        reference -> {
          String secret = vault.apply(reference);
          secrets.addAll(spellings(secret));
          return secret;
        };
    return new Config(JSON.writeValueAsString(value(values, noting)), secrets);
  }

  private static List<String> spellings(String secret) {
    if (secret.isEmpty()) {
      return List.of();
    }
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    String quoted = JSON.writeValueAsString(secret);
    return List.of(
        secret,
        quoted.substring(1, quoted.length() - 1),
        URLEncoder.encode(secret, StandardCharsets.UTF_8),
        Base64.getEncoder().encodeToString(bytes));
  }

  /** What a program says, as it may be repeated: without the secrets, in one line, not for ever. */
  String repeatable(String said) {
    String plain = said;
    for (String secret : secrets) {
      plain = plain.replace(secret, "***");
    }
    plain = plain.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return plain.length() <= MOST_SAID ? plain : plain.substring(0, MOST_SAID) + "…";
  }

  private static @Nullable Object value(@Nullable Object value, UnaryOperator<String> secrets) {
    return switch (value) {
      case String text when text.startsWith("secret://") -> secrets.apply(text);
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> resolved = new LinkedHashMap<>();
        map.forEach((key, nested) -> resolved.put(String.valueOf(key), value(nested, secrets)));
        yield resolved;
      }
      case List<?> list -> {
        List<@Nullable Object> resolved = new ArrayList<>();
        list.forEach(nested -> resolved.add(value(nested, secrets)));
        yield resolved;
      }
      case null, default -> value;
    };
  }
}

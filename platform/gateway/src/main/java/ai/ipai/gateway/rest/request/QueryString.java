package ai.ipai.gateway.rest.request;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A query string taken apart: pairs in the order in which they stand there. */
record QueryString(List<Pair> pairs) {
  /** A name, and what is behind its equals sign. */
  record Pair(String name, Optional<String> value) {}

  QueryString {
    pairs = List.copyOf(pairs);
  }

  /** Both {@code &} and {@code ;} separate; a percent sign without digits is itself. */
  static QueryString parse(String raw) {
    List<Pair> pairs = new ArrayList<>();
    if (!raw.isEmpty()) {
      for (String part : raw.split("[&;]", -1)) {
        int equals = part.indexOf('=');
        pairs.add(
            equals < 0
                ? new Pair(decoded(part), Optional.empty())
                : new Pair(
                    decoded(part.substring(0, equals)),
                    Optional.of(decoded(part.substring(equals + 1)))));
      }
    }
    return new QueryString(pairs);
  }

  /** The pairs with a value. */
  List<Map.Entry<String, String>> valued() {
    return pairs.stream()
        .flatMap(pair -> pair.value().map(value -> Map.entry(pair.name(), value)).stream())
        .toList();
  }

  /** The first of that name. */
  Optional<String> first(String name) {
    return pairs.stream().filter(pair -> pair.name().equals(name)).findFirst().flatMap(Pair::value);
  }

  /** Sorted by name, encoded anew; values of one name joined by commas. */
  String canonical() {
    List<Pair> sorted =
        pairs.stream().sorted(Comparator.comparing(Pair::name, QueryString::byBytes)).toList();
    Map<String, String> joined = new LinkedHashMap<>();
    for (Pair pair : sorted) {
      joined.merge(encoded(pair.name()), encoded(pair.value().orElse("")), (a, b) -> a + "," + b);
    }
    List<String> parts = new ArrayList<>();
    joined.forEach((name, value) -> parts.add(name + "=" + value));
    return String.join("&", parts);
  }

  private static int byBytes(String one, String other) {
    return java.util.Arrays.compareUnsigned(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  static String decoded(String text) {
    byte[] source = text.replace('+', ' ').getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[source.length];
    int length = 0;
    for (int i = 0; i < source.length; i++) {
      int high = i + 2 < source.length ? Character.digit(source[i + 1], 16) : -1;
      int low = i + 2 < source.length ? Character.digit(source[i + 2], 16) : -1;
      if (source[i] == '%' && high >= 0 && low >= 0) {
        bytes[length++] = (byte) (high * 16 + low);
        i += 2;
      } else {
        bytes[length++] = source[i];
      }
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** As the library that PostgREST uses encodes: bytes beyond ASCII are encoded once more. */
  private static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      int code = one & 0xff;
      boolean plain = code < 128 && (Character.isLetterOrDigit(code) || "-_.~".indexOf(code) >= 0);
      if (plain) {
        encoded.append((char) code);
      } else {
        byte[] written =
            code < 128
                ? new byte[] {one}
                : Character.toString(code).getBytes(StandardCharsets.UTF_8);
        for (byte part : written) {
          encoded.append('%');
          encoded.append(Character.toUpperCase(Character.forDigit((part & 0xff) >> 4, 16)));
          encoded.append(Character.toUpperCase(Character.forDigit(part & 15, 16)));
        }
      }
    }
    return encoded.toString();
  }
}

package ai.ipai.governance.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;

/** Types scalars by YAML 1.2's core schema (section 10.3). */
final class YamlScalars {
  private static final ScalarResolver RESOLVER = new CoreScalarResolver(false);
  private static final int MAX_NUMBER_LENGTH = 64;
  private static final int MAX_EXPONENT = 400;

  private YamlScalars() {}

  static YamlScalar read(FilePlace place, ScalarEvent event, Faults faults) {
    String text = event.getValue();
    Tag tag = tagOf(event);
    if (isUnsupported(tag)) {
      faults.add(
          place, YamlErrors.UNSUPPORTED, "the tag " + tag + " is not supported", "remove it");
      return new YamlScalar(place, text, text);
    }
    try {
      return new YamlScalar(place, valueOf(tag, text), text);
    } catch (NumberFormatException notFinite) {
      faults.add(
          place,
          YamlErrors.WRONG_VALUE,
          "this number is out of range",
          "write a finite number, or put text in quotes");
      return new YamlScalar(place, text, text);
    }
  }

  private static Tag tagOf(ScalarEvent event) {
    if (event.getTag().isPresent()) {
      return new Tag(event.getTag().get());
    }
    return RESOLVER.resolve(event.getValue(), event.getImplicit().canOmitTagInPlainScalar());
  }

  private static boolean isUnsupported(Tag tag) {
    return !(tag.equals(Tag.STR)
        || tag.equals(Tag.NULL)
        || tag.equals(Tag.BOOL)
        || tag.equals(Tag.INT)
        || tag.equals(Tag.FLOAT));
  }

  private static @Nullable Object valueOf(Tag tag, String text) {
    if (tag.equals(Tag.NULL)) {
      return null;
    }
    if (tag.equals(Tag.BOOL)) {
      return text.equalsIgnoreCase("true");
    }
    if (tag.equals(Tag.INT)) {
      return integer(text);
    }
    return tag.equals(Tag.FLOAT) ? decimal(text) : text;
  }

  private static Object integer(String text) {
    refuseLong(text);
    BigInteger value =
        switch (text.length() > 2 ? text.substring(0, 2) : "") {
          case "0x" -> new BigInteger(text.substring(2), 16);
          case "0o" -> new BigInteger(text.substring(2), 8);
          default -> new BigInteger(text);
        };
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private static BigDecimal decimal(String text) {
    refuseLong(text);
    BigDecimal value = new BigDecimal(text);
    if (Math.abs((long) value.scale()) > MAX_EXPONENT) {
      throw new NumberFormatException("exponent");
    }
    return value;
  }

  private static void refuseLong(String text) {
    if (text.length() > MAX_NUMBER_LENGTH) {
      throw new NumberFormatException("length");
    }
  }
}

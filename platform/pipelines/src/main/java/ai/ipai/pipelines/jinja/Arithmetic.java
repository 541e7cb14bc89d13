package ai.ipai.pipelines.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Python's arithmetic: integers never overflow, {@code //} and {@code %} round down. */
final class Arithmetic {
  private Arithmetic() {}

  static Object apply(String operator, Number left, Number right) {
    boolean exact = isWhole(left) && isWhole(right);
    return switch (operator) {
      case "/" -> {
        double divisor = notZero(right.doubleValue());
        yield left.doubleValue() / divisor;
      }
      case "**" -> power(left, right, exact);
      default ->
          exact
              ? whole(operator, Values.whole(left), Values.whole(right))
              : floating(operator, left.doubleValue(), right.doubleValue());
    };
  }

  private static boolean isWhole(Number number) {
    return !(number instanceof Double) && !(number instanceof BigDecimal);
  }

  private static Object power(Number base, Number exponent, boolean exact) {
    if (exact && exponent.longValue() >= 0 && exponent.longValue() < 10_000) {
      return Values.integer(Values.whole(base).pow(exponent.intValue()));
    }
    return Math.pow(base.doubleValue(), exponent.doubleValue());
  }

  private static Object whole(String operator, BigInteger left, BigInteger right) {
    return Values.integer(
        switch (operator) {
          case "+" -> left.add(right);
          case "-" -> left.subtract(right);
          case "*" -> left.multiply(right);
          case "//" -> floorDivide(left, right);
          case "%" -> left.subtract(floorDivide(left, right).multiply(right));
          default -> throw new TemplateException("'" + operator + "' does not take numbers");
        });
  }

  private static BigInteger floorDivide(BigInteger left, BigInteger right) {
    if (right.signum() == 0) {
      throw new TemplateException("division by zero");
    }
    BigInteger[] parts = left.divideAndRemainder(right);
    boolean roundDown = parts[1].signum() != 0 && parts[1].signum() != right.signum();
    return roundDown ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  private static Object floating(String operator, double left, double right) {
    return switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "//" -> Math.floor(left / notZero(right));
      case "%" -> left - Math.floor(left / notZero(right)) * right;
      default -> throw new TemplateException("'" + operator + "' does not take numbers");
    };
  }

  private static double notZero(double divisor) {
    if (divisor == 0) {
      throw new TemplateException("division by zero");
    }
    return divisor;
  }
}

package ai.ipai.spi.cell;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;
import ai.ipai.spi.error.IpaiException;

/** What a value can be refused for. */
public final class CellErrors {
  public static final ErrorCode UNSTORABLE = ErrorCode.of("PG-061", "COPY_VALUE", ErrorKind.CALLER);

  private CellErrors() {}

  static IpaiException unstorable(String reason) {
    return new IpaiException(UNSTORABLE, "PostgreSQL cannot hold a value: " + reason + ".");
  }
}

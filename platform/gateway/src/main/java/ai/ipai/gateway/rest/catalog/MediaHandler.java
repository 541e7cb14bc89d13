package ai.ipai.gateway.rest.catalog;

import ai.ipai.spi.name.QualifiedName;
import java.util.Optional;

/**
 * A function or aggregate of an exposed schema that makes a body of some media type.
 *
 * @param target the table, or the function, whose result it takes; empty for any
 * @param mediaType in lower case; {@code *}{@code /*} for whatever is asked for
 * @param producedType what the body then is
 */
public record MediaHandler(
    QualifiedName function,
    Optional<QualifiedName> target,
    String mediaType,
    String producedType) {}

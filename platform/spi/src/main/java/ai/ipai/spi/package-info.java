/** Names, schemas, record batches, connector SPI, error codes. */
@NullMarked
package ai.ipai.spi;

import org.jspecify.annotations.NullMarked;

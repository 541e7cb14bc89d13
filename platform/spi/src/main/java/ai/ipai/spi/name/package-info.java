/** Names in the database and their quoting. */
@NullMarked
package ai.ipai.spi.name;

import org.jspecify.annotations.NullMarked;

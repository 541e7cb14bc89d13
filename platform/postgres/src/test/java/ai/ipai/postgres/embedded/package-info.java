@NullMarked
package ai.ipai.postgres.embedded;

import org.jspecify.annotations.NullMarked;

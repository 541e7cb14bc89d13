@NullMarked
package ai.ipai.postgres.migration;

import org.jspecify.annotations.NullMarked;
